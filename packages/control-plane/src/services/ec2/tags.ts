import type { Tag, TagSpecification } from "@aws-sdk/client-ec2";
import type { Tags } from "./collections.ts";
import { invalidParameterValue, tooManyTags } from "./errors.ts";

export const maximumTags = 50;

/** https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/Using_Tags.html#tag-restrictions */
export const readTags = (tags: readonly Tag[]): Tags => {
  const read = new Map<string, string>();
  for (const { Key: key = "", Value: value = "" } of tags) {
    if (key.length === 0 || key.length > 127) {
      throw invalidParameterValue(
        `Tag key exceeds the maximum length of 127 characters or is empty: '${key.slice(0, 140)}'`,
      );
    }
    if (value.length > 256) throw invalidParameterValue("Tag value exceeds the maximum length of 256 characters");
    if (/^aws:/i.test(key)) throw invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use");
    if (read.has(key)) throw invalidParameterValue(`Duplicate tag key '${key}' specified.`);
    read.set(key, value);
  }
  if (read.size > maximumTags) throw tooManyTags();
  return Object.fromEntries(read);
};

/** The tags that a create call gives to its resource; other resource types are refused. */
export const readTagSpecifications = (
  specifications: readonly TagSpecification[] | undefined,
  resourceType: string,
): Tags => {
  for (const { ResourceType: type } of specifications ?? []) {
    if (type !== resourceType) {
      throw invalidParameterValue(`'${type ?? ""}' is not a valid taggable resource type for this operation.`);
    }
  }
  return readTags((specifications ?? []).flatMap(({ Tags: tags }) => tags ?? []));
};

export const tagsView = (tags: Tags): Tag[] =>
  Object.keys(tags)
    .toSorted()
    .map((key) => ({ Key: key, Value: tags[key] ?? "" }));

/** Takes tags away: one named with a value only where it has that value. */
export const withoutTags = (tags: Tags, removed: readonly Tag[]): Tags =>
  Object.fromEntries(
    Object.entries(tags).filter(
      ([key, value]) => !removed.some(({ Key, Value }) => Key === key && (Value === undefined || Value === value)),
    ),
  );
