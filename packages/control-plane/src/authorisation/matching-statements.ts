import { matchesResource } from "./arn-pattern.ts";
import { conditionHolds } from "./conditions.ts";
import type { EvaluationRequest, NamedPolicy } from "./evaluate.ts";
import { matchesPattern } from "./pattern.ts";
import type { Statement } from "./policy-document.ts";

export interface MatchingStatement {
  readonly policy: string;
  readonly effect: "Allow" | "Deny";
}

/** The statements that speak of a request's action and resource, and whose conditions hold. */
export const matchingStatements = (
  policies: readonly NamedPolicy[],
  request: EvaluationRequest,
): readonly MatchingStatement[] =>
  policies.flatMap(({ name, policy }) =>
    policy.statements
      .filter(
        (statement) =>
          concerns(statement, request) &&
          statement.conditions.every((condition) => conditionHolds(condition, request.context, statement.effect)),
      )
      .map(({ effect }) => ({ policy: name, effect })),
  );

/** The condition keys that statements on a request's action and resource ask for, and that the request lacks. */
export const missingKeys = (policies: readonly NamedPolicy[], request: EvaluationRequest): readonly string[] => {
  const missing = new Set<string>();
  for (const { policy } of policies) {
    for (const statement of policy.statements) {
      if (!concerns(statement, request)) continue;
      for (const { key } of statement.conditions) if (!request.context.has(key)) missing.add(key);
    }
  }
  return [...missing].toSorted();
};

const concerns = ({ actions, resources }: Statement, { action, resource, context }: EvaluationRequest): boolean => {
  const named = actions.patterns.some((pattern) => matchesPattern(pattern, action.toLowerCase(), context) === true);
  if (named === actions.not) return false;
  if (resources === undefined) return true;
  const reached = resources.patterns.some((pattern) => matchesResource(pattern, resource, context) === true);
  return reached !== resources.not;
};
