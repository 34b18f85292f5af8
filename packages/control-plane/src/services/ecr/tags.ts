import type { Tag } from "@aws-sdk/client-ecr";
import { invalidTag, tooManyTags } from "./errors.ts";

const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;
const most = 50;

/** Throws InvalidTagParameterException and TooManyTagsException. */
export const withTags = (
  before: Readonly<Record<string, string>>,
  added: readonly Tag[] | undefined,
): Readonly<Record<string, string>> => {
  const tags = new Map(Object.entries(before));
  const named = new Set<string>();
  for (const { Key: key = "", Value: value = "" } of added ?? []) {
    if (key.length < 1 || key.length > 128 || !allowed.test(key))
      throw invalidTag(`Invalid tag key: ${key.slice(0, 200)}`);
    if (value.length > 256 || !allowed.test(value)) throw invalidTag(`Invalid value of the tag ${key}`);
    if (/^aws:/i.test(key)) throw invalidTag("Tag keys that begin with aws: are reserved for AWS.");
    if (named.has(key)) throw invalidTag(`The tag key ${key} was given more than once.`);
    named.add(key);
    tags.set(key, value);
  }
  if (tags.size > most) throw tooManyTags();
  return Object.fromEntries(tags);
};

export const tagPairs = (tags: readonly Tag[] | undefined): readonly (readonly [string, string])[] =>
  (tags ?? []).map(({ Key = "", Value = "" }) => [Key, Value]);
