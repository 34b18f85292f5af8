import type { Tag } from "@aws-sdk/client-secrets-manager";
import { invalidParameter, limitExceeded } from "./errors.ts";

type Tags = Readonly<Record<string, string>>;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const mostTags = 50;

/** Throws InvalidParameterException for a tag that AWS would not take. */
export const withTags = (before: Tags, added: readonly Tag[]): Tags => {
  const named = new Set<string>();
  for (const { Key: key = "", Value: value = "" } of added) {
    if (named.has(key)) throw invalidParameter(`The tag key ${key} was given more than once.`);
    named.add(key);
    if (key.length < 1 || key.length > 128 || !allowed.test(key)) {
      throw invalidParameter(`Invalid tag key: ${key.slice(0, 200)}`);
    }
    if (value.length > 256 || !allowed.test(value)) throw invalidParameter(`Invalid value of the tag ${key}`);
    if (/^aws:/i.test(key)) throw invalidParameter("Tag keys that begin with aws: are reserved for AWS.");
  }
  const tags = { ...before, ...Object.fromEntries(tagPairs(added)) };
  if (Object.keys(tags).length > mostTags) throw limitExceeded(`A secret can have no more than ${mostTags} tags.`);
  return tags;
};

export const withoutTags = (before: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));

export const tagPairs = (tags: readonly Tag[] | undefined): readonly (readonly [string, string])[] =>
  (tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value] as const);

export const tagViews = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
