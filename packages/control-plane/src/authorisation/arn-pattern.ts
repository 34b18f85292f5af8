import { type ConditionContext, compilePattern, matchesPattern, type Pattern } from "./pattern.ts";

/** Each of an ARN's six parts is matched by itself, so that a `*` never reaches over a colon before the sixth. */
const partsOfPattern = new WeakMap<Pattern, readonly Pattern[]>();

const partsOfArn = (text: string): readonly string[] => {
  const parts = text.split(":");
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(":")];
};

/** Undefined where a variable of the pattern has no value in this request. */
export const matchesArnPattern = (value: Pattern, arn: string, context: ConditionContext): boolean | undefined => {
  const parts = partsOfArn(arn);
  if (parts.length !== 6) return false;
  const patterns = partsOfPattern.get(value) ?? split(value);
  if (patterns.length !== 6) return patterns.length === 1 && matchesPattern(value, arn, context);
  let all = true;
  for (const [index, pattern] of patterns.entries()) {
    const matched = matchesPattern(pattern, parts[index] ?? "", context);
    if (matched === undefined) return undefined;
    all &&= matched;
  }
  return all;
};

/**
 * The resource that a statement names: an ARN, of which the parts that are missing at the end stand for anything, or
 * `*`. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html
 */
export const compileResource = (text: string, variables: boolean): Pattern => {
  const missing = text.startsWith("arn:") ? 6 - withoutVariables(text).split(":").length : 0;
  return compilePattern(text + ":*".repeat(Math.max(0, missing)), { variables, wildcards: true });
};

export const matchesResource = (value: Pattern, resource: string, context: ConditionContext): boolean | undefined => {
  const { fixed, source } = value;
  if (fixed?.kind === "text") return fixed.text === resource;
  return source.startsWith("arn:")
    ? matchesArnPattern(value, resource, context)
    : matchesPattern(value, resource, context);
};

/** The same with the colons within variables replaced by a character that no ARN has. */
const withoutVariables = (source: string): string =>
  source.replace(/\$\{[^}]*\}/g, (variable) => variable.replaceAll(":", "\0"));

const split = (value: Pattern): readonly Pattern[] => {
  const parts = partsOfArn(withoutVariables(value.source)).map((part) =>
    compilePattern(part.replaceAll("\0", ":"), { variables: value.variables, wildcards: true }),
  );
  partsOfPattern.set(value, parts);
  return parts;
};
