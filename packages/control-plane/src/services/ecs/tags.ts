import type { Tag } from "@aws-sdk/client-ecs";
import { bandwidthTagsProblem, namesBandwidth } from "./bandwidth.ts";
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
  const problem = warmingTagsProblem(checked) ?? bandwidthTagsProblem(checked);
  if (problem !== undefined) throw invalidParameter(problem);
  return limited(checked);
};

/** Of a task that was run already these tags would say what is not so. */
export const refuseBandwidthOfTask = (arn: string | undefined, keys: readonly string[]): void => {
  if (arn?.includes(":task/") === true && namesBandwidth(keys)) {
    throw invalidParameter("The bandwidth of a task that was run already cannot be changed: run another one.");
  }
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
