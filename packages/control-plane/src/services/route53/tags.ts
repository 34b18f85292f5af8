import type { ResourceTagSet, Tag } from "@aws-sdk/client-route-53";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { healthChecks, hostedZones } from "./collections.ts";
import { invalidInput } from "./errors.ts";
import { bareId, readHealthCheck, readZone } from "./repository.ts";
import { tagViews } from "./views.ts";

type Tags = Readonly<Record<string, string>>;

interface Tagged {
  readonly type: "hostedzone" | "healthcheck";
  readonly id: string;
  readonly accountId: string;
}

const mostTags = 50;

export const taggedOf = (
  input: { readonly ResourceType?: string | undefined; readonly ResourceId?: string | undefined },
  accountId: string,
): Tagged => {
  const { ResourceType: type } = input;
  if (type !== "hostedzone" && type !== "healthcheck") {
    throw invalidInput(`Tags are of hosted zones and health checks, not of a ${type}.`);
  }
  return { type, id: bareId(input.ResourceId), accountId };
};

const readTags = async (transaction: ReadTransaction, { type, id, accountId }: Tagged): Promise<Tags> =>
  (await (type === "healthcheck" ? readHealthCheck(transaction, id, accountId) : readZone(transaction, id, accountId)))
    .tags;

export const tagSetOf = async (transaction: ReadTransaction, tagged: Tagged): Promise<ResourceTagSet> => ({
  ResourceType: tagged.type,
  ResourceId: tagged.id,
  Tags: tagViews(await readTags(transaction, tagged)),
});

/** Throws InvalidInput for tags that Route 53 does not take. */
export const changedTags = (before: Tags, added: readonly Tag[], removed: readonly string[]): Tags => {
  for (const { Key: key = "", Value: value = "" } of added) {
    if (key.length < 1 || key.length > 128) throw invalidInput("A tag key must have 1 to 128 characters.");
    if (value.length > 256) throw invalidInput(`The value of the tag ${key} must have at most 256 characters.`);
    if (/^aws:/i.test(key)) throw invalidInput("Tag keys that begin with aws: are reserved.");
  }
  const kept = Object.entries(before).filter(([key]) => !removed.includes(key));
  const tags = Object.fromEntries([...kept, ...added.map(({ Key = "", Value = "" }) => [Key, Value])]);
  if (Object.keys(tags).length > mostTags) throw invalidInput(`A resource can have at most ${mostTags} tags.`);
  return tags;
};

export const retag = async (transaction: Transaction, tagged: Tagged, change: (tags: Tags) => Tags): Promise<void> => {
  const { type, id, accountId } = tagged;
  if (type === "healthcheck") {
    const check = await readHealthCheck(transaction, id, accountId);
    transaction.put(healthChecks, check.id, { ...check, tags: change(check.tags) });
  } else {
    const zone = await readZone(transaction, id, accountId);
    transaction.put(hostedZones, zone.id, { ...zone, tags: change(zone.tags) });
  }
};

/** For conditions on the tags of what an ARN names. */
export const tagsOfArn = async (transaction: ReadTransaction, arn: string): Promise<Tags> => {
  const [type, id = ""] = arn.slice(arn.lastIndexOf(":") + 1).split("/");
  const found = await (type === "healthcheck" ? transaction.get(healthChecks, id) : transaction.get(hostedZones, id));
  return found?.tags ?? {};
};
