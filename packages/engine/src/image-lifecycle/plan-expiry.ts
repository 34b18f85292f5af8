import { matchesWildcard } from "../text/wildcard.ts";
import type { LifecyclePolicy, LifecycleRule } from "./policy.ts";

/** An image of a repository, as far as its expiry goes. */
export interface LifecycleImage {
  readonly digest: string;
  readonly tags: readonly string[];
  /** Milliseconds since the Unix epoch, like all times here. */
  readonly pushedAt: number;
  readonly pulledAt?: number | undefined;
  /** Manifests that it names, where it is an index. */
  readonly members: readonly string[];
  /** What it is about, such as the image that it is a signature of. */
  readonly subject?: string | undefined;
}

export interface Expiry {
  readonly digest: string;
  /** Of the rule that expires it, or that expires what it is about. */
  readonly priority: number;
}

const day = 24 * 60 * 60 * 1000;

/** Whether the rule looks at the image at all. */
export const isSelected = (rule: LifecycleRule, { tags }: Pick<LifecycleImage, "tags">): boolean => {
  switch (rule.tagStatus) {
    case "any":
      return true;
    case "untagged":
      return tags.length === 0;
    case "tagged":
      return (
        rule.tagPrefixes.every((prefix) => tags.some((tag) => tag.startsWith(prefix))) &&
        rule.tagPatterns.every((pattern) => tags.some((tag) => matchesWildcard(pattern, tag)))
      );
  }
};

const newestFirst = (a: LifecycleImage, b: LifecycleImage): number =>
  b.pushedAt - a.pushedAt || (a.digest < b.digest ? -1 : 1);

/** The images that a rule would expire if it were alone. */
const expiredBy = (rule: LifecycleRule, images: readonly LifecycleImage[], now: number): readonly LifecycleImage[] => {
  const selected = images.filter((image) => isSelected(rule, image));
  const { count } = rule;
  switch (count.kind) {
    case "imageCountMoreThan":
      return selected.toSorted(newestFirst).slice(count.number);
    case "sinceImagePushed":
      return selected.filter(({ pushedAt }) => pushedAt <= now - count.days * day);
    case "sinceImagePulled":
      return selected.filter(({ pushedAt, pulledAt }) => (pulledAt ?? pushedAt) <= now - count.days * day);
  }
};

/**
 * Which images a policy expires now, and by which rule. All rules look at all images; then an image goes by the
 * first rule that looks at it, or not at all. An image that an index names stays for as long as the index does. What
 * is about another image is looked at by no rule and goes with that image.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
 */
export const planExpiry = (
  policy: LifecyclePolicy,
  images: readonly LifecycleImage[],
  now: number,
): readonly Expiry[] => {
  const known = new Set(images.map(({ digest }) => digest));
  const isAttached = ({ subject }: LifecycleImage): boolean => subject !== undefined && known.has(subject);
  const own = images.filter((image) => !isAttached(image));
  const marked = new Map<string, number>();
  const taken = new Set<string>();
  for (const rule of policy) {
    for (const { digest } of expiredBy(rule, own, now)) if (!taken.has(digest)) marked.set(digest, rule.priority);
    for (const image of own) if (isSelected(rule, image)) taken.add(image.digest);
  }
  keepMembers(marked, images);
  takeAttached(marked, images.filter(isAttached));
  return [...marked].map(([digest, priority]) => ({ digest, priority }));
};

/** Until nothing changes: what an index that stays names stays, and may itself be an index. */
const keepMembers = (marked: Map<string, number>, images: readonly LifecycleImage[]): void => {
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const { digest, members } of images) {
      if (marked.has(digest)) continue;
      for (const member of members) if (marked.delete(member)) hasChanged = true;
    }
  }
};

const takeAttached = (marked: Map<string, number>, attached: readonly LifecycleImage[]): void => {
  for (let hasChanged = true; hasChanged; ) {
    hasChanged = false;
    for (const { digest, subject = "" } of attached) {
      const priority = marked.get(subject);
      if (priority === undefined || marked.has(digest)) continue;
      marked.set(digest, priority);
      hasChanged = true;
    }
  }
};
