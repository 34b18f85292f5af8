import type { Tag } from "@aws-sdk/client-kms";
import { limitExceeded, tagProblem } from "./errors.ts";

type Tags = Readonly<Record<string, string>>;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const mostTags = 50;

/** Throws TagException for a tag that AWS would not take. */
export const withTags = (before: Tags, added: readonly Tag[]): Tags => {
  const keys = added.map(({ TagKey }) => TagKey ?? "");
  if (new Set(keys).size !== keys.length) throw tagProblem("Duplicate tag keys");
  for (const { TagKey: key = "", TagValue: value = "" } of added) {
    if (key.length < 1 || key.length > 128 || !allowed.test(key))
      throw tagProblem(`Invalid tag key: ${key.slice(0, 200)}`);
    if (value.length > 256 || !allowed.test(value)) throw tagProblem(`Invalid value of the tag ${key}`);
    if (/^aws:/i.test(key)) throw tagProblem("Tag keys that begin with aws: are reserved for AWS.");
  }
  const tags = { ...before, ...Object.fromEntries(added.map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue])) };
  if (Object.keys(tags).length > mostTags) throw limitExceeded(`A key can have no more than ${mostTags} tags.`);
  return tags;
};

export const withoutTags = (before: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));

export const tagPairs = (tags: readonly Tag[] | undefined): readonly (readonly [string, string])[] =>
  (tags ?? []).map(({ TagKey = "", TagValue = "" }) => [TagKey, TagValue] as const);
