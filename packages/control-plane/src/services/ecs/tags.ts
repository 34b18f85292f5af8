import type { Tag } from "@aws-sdk/client-ecs";
import type { Tags } from "./collections.ts";
import { invalidParameter } from "./errors.ts";
import { warmingTagsProblem } from "./image-warming/settings.ts";

const maximumTags = 50;
const allowed = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u;

const checkKey = (key: string): void => {
  if (key.length === 0 || key.length > 128 || !allowed.test(key)) {
    throw invalidParameter(`Invalid tag key '${key}': it must have 1 to 128 letters, digits, spaces or _.:/=+-@.`);
  }
  if (/^aws:/i.test(key)) throw invalidParameter(`Tag keys must not begin with 'aws:': ${key}.`);
};

/** Checked tags of a request. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
export const tagsFrom = (tags: readonly Tag[] | undefined): Tags => {
  const entries: [string, string][] = [];
  for (const { key = "", value = "" } of tags ?? []) {
    checkKey(key);
    if (value.length > 256 || !allowed.test(value)) {
      throw invalidParameter(`Invalid value of the tag '${key}': at most 256 letters, digits, spaces or _.:/=+-@.`);
    }
    entries.push([key, value]);
  }
  if (new Set(entries.map(([key]) => key)).size !== entries.length) {
    throw invalidParameter("Duplicate tag keys found.");
  }
  const checked = Object.fromEntries(entries);
  const problem = warmingTagsProblem(checked);
  if (problem !== undefined) throw invalidParameter(problem);
  return limited(checked);
};

/** `system` tags, which only ECS itself may set, begin with `aws:`; they do not count. */
const limited = (tags: Tags): Tags => {
  if (Object.keys(tags).filter((key) => !key.startsWith("aws:")).length > maximumTags) {
    throw invalidParameter(`The maximum number of tags on a resource is ${maximumTags}.`);
  }
  return tags;
};

export const withTags = (before: Tags, more: Tags): Tags => limited({ ...before, ...more });

export const withoutTags = (before: Tags, keys: readonly string[]): Tags =>
  Object.fromEntries(Object.entries(before).filter(([key]) => !keys.includes(key)));

export const tagViews = (tags: Tags): Tag[] => Object.entries(tags).map(([key, value]) => ({ key, value }));
