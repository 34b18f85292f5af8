import type { Tags } from "../collections.ts";

/** A cluster's tag: `enabled` keeps the images of the task definitions that it uses ready on every node. */
const warmingTag = "fleetless:image-warming";
/** A cluster's tag: families, apart by spaces, whose images are kept ready though no task of theirs ever ran there. */
const warmFamiliesTag = "fleetless:warm-families";

export interface WarmingSettings {
  /** Whether the families of which tasks ran in the cluster are warmed. */
  readonly used: boolean;
  readonly families: readonly string[];
}

const familyPattern = /^[A-Za-z0-9_-]{1,255}$/;

const familiesIn = (value: string): readonly string[] => value.split(/\s+/).filter((family) => family !== "");

export const warmingSettings = (tags: Tags): WarmingSettings => {
  const enabled = tags[warmingTag] === "enabled";
  const families = tags[warmingTag] === "disabled" ? [] : familiesIn(tags[warmFamiliesTag] ?? "");
  return { used: enabled, families };
};

/** What is wrong with the tags that switch warming; undefined where nothing is. */
export const warmingTagsProblem = (tags: Tags): string | undefined => {
  const switched = tags[warmingTag];
  if (switched !== undefined && switched !== "enabled" && switched !== "disabled") {
    return `Invalid value of the tag '${warmingTag}': it must be enabled or disabled.`;
  }
  const unfit = familiesIn(tags[warmFamiliesTag] ?? "").find((family) => !familyPattern.test(family));
  return unfit === undefined
    ? undefined
    : `Invalid value of the tag '${warmFamiliesTag}': '${unfit}' is not the name of a family.`;
};
