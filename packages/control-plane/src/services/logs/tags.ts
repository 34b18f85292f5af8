import { invalidParameter, tooManyTags } from "./errors.ts";

export type Tags = Readonly<Record<string, string>>;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Throws InvalidParameterException for a tag that AWS would not take. */
const checkTags = (tags: Tags): Tags => {
  for (const [key, value] of Object.entries(tags)) {
    if (key.length < 1 || key.length > 128 || !allowed.test(key))
      throw invalidParameter(`Invalid tag key: ${key.slice(0, 200)}`);
    if (value.length > 256 || !allowed.test(value)) throw invalidParameter(`Invalid value of the tag ${key}`);
    if (/^aws:/i.test(key)) throw invalidParameter("Tag keys that begin with aws: are reserved for AWS.");
  }
  return tags;
};

export const withTags = (before: Tags, added: Tags): Tags => {
  const tags = { ...before, ...checkTags(added) };
  if (Object.keys(tags).length > 50) throw tooManyTags();
  return tags;
};

export const withoutTags = (before: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));
