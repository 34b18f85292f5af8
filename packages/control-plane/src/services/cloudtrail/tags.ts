import type { Tag } from "@aws-sdk/client-cloudtrail";
import { invalidTag, tooManyTags } from "./errors.ts";

type Tags = Readonly<Record<string, string>>;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

/** Checked tags of a request. Throws InvalidTagParameterException. */
export const tagsFrom = (tags: readonly Tag[] | undefined): Tags =>
  Object.fromEntries(
    (tags ?? []).map(({ Key: key = "", Value: value = "" }) => {
      if (key.length < 1 || key.length > 128 || !allowed.test(key) || /^aws:/i.test(key)) {
        throw invalidTag(`Tag key ${key.slice(0, 200)} is not valid.`);
      }
      if (value.length > 256 || !allowed.test(value)) throw invalidTag(`The value of the tag ${key} is not valid.`);
      return [key, value];
    }),
  );

/** Throws TagsLimitExceededException. */
export const withTags = (before: Tags, added: Tags): Tags => {
  const tags = { ...before, ...added };
  if (Object.keys(tags).length > 50) throw tooManyTags();
  return tags;
};

export const tagViews = (tags: Tags): Tag[] => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
