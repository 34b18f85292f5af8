import { conditionHolds } from "./conditions.ts";
import type { ConditionContext } from "./pattern.ts";
import { matchesPattern } from "./pattern.ts";
import type { Match, Policy, Statement } from "./policy-document.ts";
import { type PrincipalGrant, principalGrant, type RequestPrincipal } from "./principals.ts";

/** A policy and what it is called in a denial: an ARN, or the name of an inline policy. */
export interface NamedPolicy {
  readonly name: string;
  readonly policy: Policy;
}

/** All policies that have a say in one call. Undefined stands for none of that kind, which then does not limit. */
export interface PolicySet {
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  readonly session?: readonly NamedPolicy[];
  readonly resource?: NamedPolicy;
  /** The resource's policy must allow the call, whatever the identity's say; as with a role's trust policy. */
  readonly resourceRequired?: boolean;
}

export interface EvaluationRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
  readonly principal: RequestPrincipal;
}

type PolicyType = "identity-based policy" | "permissions boundary" | "session policy" | "resource-based policy";

export interface DecidingStatement {
  readonly type: PolicyType;
  readonly policy: string;
  readonly statement: Statement;
}

export type Evaluation =
  | { readonly kind: "allowed"; readonly by: DecidingStatement }
  | { readonly kind: "explicitly-denied"; readonly by: DecidingStatement }
  /** Nothing of this type allows it. */
  | { readonly kind: "not-allowed"; readonly missing: PolicyType };

/**
 * Decides as IAM does: an explicit deny of any policy first; then what a resource's policy grants; then what
 * the identity's policies allow within the permissions boundary and the session's policies.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export const evaluate = (policies: PolicySet, request: EvaluationRequest): Evaluation => {
  const action = request.action.toLowerCase();
  const { identity, boundary, session, resource } = policies;
  const find = (type: PolicyType, named: readonly NamedPolicy[] | undefined, effect: "Allow" | "Deny") =>
    findStatement(type, named ?? [], effect, action, request);
  const boundaries = boundary === undefined ? undefined : [boundary];

  const denied =
    find("identity-based policy", identity, "Deny") ??
    find("permissions boundary", boundaries, "Deny") ??
    find("session policy", session, "Deny") ??
    findInResourcePolicy(resource, "Deny", action, request)?.by;
  if (denied !== undefined) return { kind: "explicitly-denied", by: denied };

  const granted = findInResourcePolicy(resource, "Allow", action, request);
  if (granted === undefined && policies.resourceRequired === true) {
    return { kind: "not-allowed", missing: "resource-based policy" };
  }
  if (granted?.grant === "self") return { kind: "allowed", by: granted.by };

  const allowed =
    granted !== undefined && granted.grant !== "account"
      ? granted.by
      : find("identity-based policy", identity, "Allow");
  if (allowed === undefined) return { kind: "not-allowed", missing: "identity-based policy" };
  if (boundaries !== undefined && find("permissions boundary", boundaries, "Allow") === undefined) {
    return { kind: "not-allowed", missing: "permissions boundary" };
  }
  if (session !== undefined && find("session policy", session, "Allow") === undefined) {
    return { kind: "not-allowed", missing: "session policy" };
  }
  return { kind: "allowed", by: allowed };
};

const findStatement = (
  type: PolicyType,
  policies: readonly NamedPolicy[],
  effect: "Allow" | "Deny",
  action: string,
  request: EvaluationRequest,
): DecidingStatement | undefined => {
  for (const { name, policy } of policies) {
    for (const statement of policy.statements) {
      if (statement.effect === effect && applies(statement, action, request)) return { type, policy: name, statement };
    }
  }
  return undefined;
};

/** The strongest grant that a resource's policy makes, or its first deny. */
const findInResourcePolicy = (
  resource: NamedPolicy | undefined,
  effect: "Allow" | "Deny",
  action: string,
  request: EvaluationRequest,
): { readonly by: DecidingStatement; readonly grant: PrincipalGrant } | undefined => {
  let best: { by: DecidingStatement; grant: PrincipalGrant } | undefined;
  for (const statement of resource?.policy.statements ?? []) {
    if (resource === undefined || statement.effect !== effect || statement.principals === undefined) continue;
    const grant = principalGrant(statement.principals, request.principal);
    if (grant === undefined || !applies(statement, action, request)) continue;
    const by: DecidingStatement = { type: "resource-based policy", policy: resource.name, statement };
    if (best === undefined || strength[grant] > strength[best.grant]) best = { by, grant };
  }
  return best;
};

const strength: Readonly<Record<PrincipalGrant, number>> = { account: 0, role: 1, self: 2 };

const applies = (statement: Statement, action: string, request: EvaluationRequest): boolean => {
  if (!matches(statement.actions, action, request.context)) return false;
  if (statement.resources !== undefined && !matches(statement.resources, request.resource, request.context))
    return false;
  for (const condition of statement.conditions) {
    if (conditionHolds(condition, request.context, statement.effect) !== true) return false;
  }
  return true;
};

const matches = (match: Match, value: string, context: ConditionContext): boolean => {
  let any = false;
  for (const pattern of match.patterns) {
    const matched = matchesPattern(pattern, value, context);
    // A variable without a value leaves NotResource open, which must not widen what is allowed.
    if (matched === undefined && match.not) return false;
    if (matched === true) any = true;
  }
  return any !== match.not;
};
