import type { Tag } from "@aws-sdk/client-servicediscovery";
import { parseArn } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { namespaces, scopePrefix, services } from "./collections.ts";
import { invalidInput, resourceNotFound, tooManyTags } from "./errors.ts";

type Tags = Readonly<Record<string, string>>;

const mostTags = 50;

/** Throws InvalidInput and TooManyTagsException. */
export const changedTags = (before: Tags, added: readonly Tag[], arn: string): Tags => {
  for (const { Key: key = "", Value: value = "" } of added) {
    if (key.length < 1 || key.length > 128) throw invalidInput("A tag key must have 1 to 128 characters.");
    if (value.length > 256) throw invalidInput(`The value of the tag ${key} must have at most 256 characters.`);
    if (/^aws:/i.test(key)) throw invalidInput("Tag keys that begin with aws: are reserved.");
  }
  const tags = { ...before, ...Object.fromEntries(added.map(({ Key = "", Value = "" }) => [Key, Value])) };
  if (Object.keys(tags).length > mostTags) throw tooManyTags(arn);
  return tags;
};

const placeOf = (arn: string) => {
  const parts = parseArn(arn);
  const [kind, id] = parts?.resource.split("/") ?? [];
  if (parts?.service !== "servicediscovery" || id === undefined) return undefined;
  return { kind, key: `${scopePrefix(parts)}${id}` };
};

/** The tags of what an ARN names; undefined where there is no such thing. */
export const tagsOfArn = async (transaction: ReadTransaction, arn: string): Promise<Tags | undefined> => {
  const place = placeOf(arn);
  if (place?.kind === "namespace") return (await transaction.get(namespaces, place.key))?.tags;
  if (place?.kind === "service") return (await transaction.get(services, place.key))?.tags;
  return undefined;
};

/** Throws ResourceNotFoundException. */
export const retag = async (transaction: Transaction, arn: string, change: (tags: Tags) => Tags): Promise<void> => {
  const place = placeOf(arn);
  const namespace = place?.kind === "namespace" ? await transaction.get(namespaces, place.key) : undefined;
  const service = place?.kind === "service" ? await transaction.get(services, place.key) : undefined;
  if (place !== undefined && namespace !== undefined) {
    transaction.put(namespaces, place.key, { ...namespace, tags: change(namespace.tags) });
  } else if (place !== undefined && service !== undefined) {
    transaction.put(services, place.key, { ...service, tags: change(service.tags) });
  } else {
    throw resourceNotFound(arn);
  }
};
