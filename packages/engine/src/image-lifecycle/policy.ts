/** One rule of a lifecycle policy: which images it looks at, and which of them it expires. */
export interface LifecycleRule {
  readonly priority: number;
  readonly tagStatus: "tagged" | "untagged" | "any";
  /** All of them must be the beginning of a tag of the image. */
  readonly tagPrefixes: readonly string[];
  /** All of them must match a tag of the image; `*` stands for any run of characters. */
  readonly tagPatterns: readonly string[];
  readonly count:
    | { readonly kind: "imageCountMoreThan"; readonly number: number }
    | { readonly kind: "sinceImagePushed" | "sinceImagePulled"; readonly days: number };
}

/** In order of priority: the rule that goes before the others comes first. */
export type LifecyclePolicy = readonly LifecycleRule[];

/** A text is no lifecycle policy, or asks for what is not supported. */
export class LifecyclePolicyError extends Error {
  override readonly name = "LifecyclePolicyError";
}

const maximumRules = 50;
const maximumTags = 100;
const maximumWildcards = 4;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const only = (fields: Fields, allowed: readonly string[], where: string): void => {
  const extra = Object.keys(fields).find((name) => !allowed.includes(name));
  if (extra !== undefined) throw new LifecyclePolicyError(`unknown property '${extra}' in ${where}`);
};

const integer = (value: unknown, what: string): number => {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) {
    throw new LifecyclePolicyError(`${what} must be an integer of at least 1`);
  }
  return value;
};

const texts = (value: unknown, what: string): readonly string[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > maximumTags) {
    throw new LifecyclePolicyError(`${what} must be a list of at most ${maximumTags} strings`);
  }
  return value.map((text: unknown) => {
    if (typeof text !== "string" || text === "" || text.length > 128) {
      throw new LifecyclePolicyError(`${what} must hold strings of 1 to 128 characters`);
    }
    return text;
  });
};

const countOf = (selection: Fields, where: string): LifecycleRule["count"] => {
  const { countType, countUnit, countNumber } = selection;
  const number = integer(countNumber, `countNumber in ${where}`);
  switch (countType) {
    case "imageCountMoreThan":
      if (countUnit !== undefined) {
        throw new LifecyclePolicyError(`countUnit is not allowed with imageCountMoreThan in ${where}`);
      }
      return { kind: countType, number };
    case "sinceImagePushed":
    case "sinceImagePulled":
      if (countUnit !== "days") throw new LifecyclePolicyError(`countUnit must be 'days' in ${where}`);
      return { kind: countType, days: number };
    case "sinceImageTransitioned":
      throw new LifecyclePolicyError("countType 'sinceImageTransitioned' is not supported by Fleetless yet");
    default:
      throw new LifecyclePolicyError(`unknown countType in ${where}`);
  }
};

const selectionOf = (value: unknown, where: string): Omit<LifecycleRule, "priority"> => {
  if (!isFields(value)) throw new LifecyclePolicyError(`selection is missing in ${where}`);
  only(
    value,
    ["tagStatus", "tagPrefixList", "tagPatternList", "countType", "countUnit", "countNumber", "storageClass"],
    `the selection of ${where}`,
  );
  if (value.storageClass !== undefined && value.storageClass !== "standard") {
    throw new LifecyclePolicyError("Storage classes other than 'standard' are not supported by Fleetless yet");
  }
  const { tagStatus } = value;
  if (tagStatus !== "tagged" && tagStatus !== "untagged" && tagStatus !== "any") {
    throw new LifecyclePolicyError(`tagStatus must be one of tagged, untagged, any in ${where}`);
  }
  const tagPrefixes = texts(value.tagPrefixList, `tagPrefixList in ${where}`);
  const tagPatterns = texts(value.tagPatternList, `tagPatternList in ${where}`);
  const hasTags = tagPrefixes.length + tagPatterns.length > 0;
  if (tagStatus === "tagged" && !hasTags) {
    throw new LifecyclePolicyError(`tagPrefixList or tagPatternList must be given with tagStatus 'tagged' in ${where}`);
  }
  if (tagStatus !== "tagged" && hasTags) {
    throw new LifecyclePolicyError(`tagPrefixList and tagPatternList need tagStatus 'tagged' in ${where}`);
  }
  if (tagPrefixes.length > 0 && tagPatterns.length > 0) {
    throw new LifecyclePolicyError(`only one of tagPrefixList and tagPatternList may be given in ${where}`);
  }
  if (tagPatterns.some((pattern) => pattern.split("*").length > maximumWildcards + 1)) {
    throw new LifecyclePolicyError(`a pattern has at most ${maximumWildcards} wildcards in ${where}`);
  }
  return { tagStatus, tagPrefixes, tagPatterns, count: countOf(value, where) };
};

const ruleOf = (value: unknown, position: number): LifecycleRule => {
  const where = `rule ${position + 1}`;
  if (!isFields(value)) throw new LifecyclePolicyError(`${where} is not an object`);
  only(value, ["rulePriority", "description", "selection", "action"], where);
  const priority = integer(value.rulePriority, `rulePriority in ${where}`);
  const { action } = value;
  if (isFields(action) && action.type === "transition") {
    throw new LifecyclePolicyError("The action 'transition' is not supported by Fleetless yet");
  }
  if (!isFields(action) || action.type !== "expire") {
    throw new LifecyclePolicyError(`action must be {"type": "expire"} in ${where}`);
  }
  return { priority, ...selectionOf(value.selection, where) };
};

/**
 * Reads and checks a lifecycle policy. Throws LifecyclePolicyError.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html
 */
export const parseLifecyclePolicy = (text: string): LifecyclePolicy => {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    throw new LifecyclePolicyError("the policy is not JSON");
  }
  if (!isFields(document) || !Array.isArray(document.rules) || document.rules.length === 0) {
    throw new LifecyclePolicyError("the policy has no rules");
  }
  only(document, ["rules"], "the policy");
  const given: readonly unknown[] = document.rules;
  if (given.length > maximumRules) throw new LifecyclePolicyError(`a policy has at most ${maximumRules} rules`);
  const rules = given.map(ruleOf).toSorted((a, b) => a.priority - b.priority);
  if (new Set(rules.map(({ priority }) => priority)).size !== rules.length) {
    throw new LifecyclePolicyError("each rulePriority must be another");
  }
  if (rules.filter(({ tagStatus }) => tagStatus === "untagged").length > 1) {
    throw new LifecyclePolicyError("only one rule may have tagStatus 'untagged'");
  }
  const any = rules.findIndex(({ tagStatus }) => tagStatus === "any");
  if (any >= 0 && any !== rules.length - 1) {
    throw new LifecyclePolicyError(
      "a rule with tagStatus 'any' must have the highest rulePriority, and be the only one",
    );
  }
  const prefixes = rules.flatMap(({ tagPrefixes }) => tagPrefixes);
  if (new Set(prefixes).size !== prefixes.length) {
    throw new LifecyclePolicyError("each prefix may be in one tagPrefixList only");
  }
  return rules;
};
