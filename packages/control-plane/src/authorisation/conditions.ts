import { type ConditionOperator, conditionOperators } from "./condition-operators.ts";
import { malformedPolicyDocument } from "./errors.ts";
import { isJsonObject, syntaxError } from "./json-element.ts";
import { type ConditionContext, compilePattern, type Pattern } from "./pattern.ts";

/**
 * One operator, one key and the values that the policy gives.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export interface Condition {
  readonly operator: ConditionOperator;
  readonly set: "ForAllValues" | "ForAnyValue" | undefined;
  readonly ifExists: boolean;
  /** In lower case, for keys are not distinguished by case. */
  readonly key: string;
  readonly values: readonly Pattern[];
}

export const parseConditions = (element: unknown, variables: boolean): readonly Condition[] => {
  if (element === undefined) return [];
  if (!isJsonObject(element)) throw syntaxError();
  return Object.entries(element).flatMap(([name, block]) => {
    if (!isJsonObject(block)) throw syntaxError();
    const [, set, rest = "", ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/i.exec(name) ?? [];
    const operator = conditionOperators.get(rest.toLowerCase());
    if (operator === undefined) throw malformedPolicyDocument(`Invalid Condition type : ${name}.`);
    if (operator.kind === "null" && (set !== undefined || ifExists !== undefined)) {
      throw malformedPolicyDocument(`Invalid Condition type : ${name}.`);
    }
    return Object.entries(block).map(([key, value]): Condition => {
      if (!key.includes(":")) {
        throw malformedPolicyDocument("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
      }
      return {
        operator,
        set: set === undefined ? undefined : set.toLowerCase() === "forallvalues" ? "ForAllValues" : "ForAnyValue",
        ifExists: ifExists !== undefined,
        key: key.toLowerCase(),
        values: valuesOf(value).map((text) => {
          if (operator.kind !== "null" && !operator.accepts(text)) {
            throw malformedPolicyDocument(`Invalid value ${text} for condition operator ${name}.`);
          }
          if (operator.kind === "null") return compilePattern(text, { variables: false, wildcards: false });
          return compilePattern(text, { variables: variables && operator.variables, wildcards: operator.wildcards });
        }),
      };
    });
  });
};

/** Strings, numbers and booleans, one or a list; a number means what its text does. */
const valuesOf = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).map((item: unknown) => {
    if (typeof item === "string") return item;
    if (typeof item === "number" || typeof item === "boolean") return String(item);
    throw syntaxError();
  });

/**
 * Whether a condition holds for a request. AWS defines no meaning for a key of several values without a set operator,
 * nor for a negated operator whose policy variable has no value; here neither lets through what would else be refused:
 * what allows must hold for every value, and what denies for any.
 */
export const conditionHolds = (condition: Condition, context: ConditionContext, effect: "Allow" | "Deny"): boolean => {
  const { operator, set, values } = condition;
  const found = context.get(condition.key);
  if (operator.kind === "null") {
    return values.some((value) => matchesText(value, found === undefined ? "true" : "false"));
  }
  if (found === undefined || found.length === 0) {
    if (condition.ifExists || set === "ForAllValues") return true;
    return set === undefined && operator.negated;
  }
  const one = (requestValue: string): boolean => {
    const any = anyMatches(operator, values, requestValue, context);
    return any === undefined ? effect === "Deny" : any !== operator.negated;
  };
  const all = set === "ForAllValues" || (set === undefined && effect === "Allow");
  return all ? found.every(one) : found.some(one);
};

const matchesText = (pattern: Pattern, text: string): boolean =>
  pattern.fixed?.kind === "text" && pattern.fixed.text.toLowerCase() === text;

/** Undefined where a variable of a negated operator has no value. */
const anyMatches = (
  operator: Extract<ConditionOperator, { kind: "compare" }>,
  values: readonly Pattern[],
  requestValue: string,
  context: ConditionContext,
): boolean | undefined => {
  let any = false;
  for (const value of values) {
    const result = operator.matches(value, requestValue, context);
    // A value with a variable that has none matches nothing, neither as what is wanted nor as what is not.
    if (result === undefined && operator.negated) return undefined;
    any ||= result === true;
  }
  return any;
};
