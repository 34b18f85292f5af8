import { matchesResource } from "./arn-pattern.ts";
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
  /** Service control policies by level, from the organization's root to the account: each level must allow. */
  readonly serviceControl?: readonly (readonly NamedPolicy[])[];
  readonly identity: readonly NamedPolicy[];
  readonly boundary?: NamedPolicy;
  readonly session?: readonly NamedPolicy[];
  readonly resource?: NamedPolicy;
  /** Of the VPC endpoint that the call came through: it must allow, and grants nothing. */
  readonly endpoint?: NamedPolicy;
  /**
   * The resource's policy must allow the call, whatever the identity's say; as with a role's trust policy or a KMS
   * key's policy. The identity's policies count only where it names the account.
   */
  readonly resourceRequired?: boolean;
  /** Whose the resource is; where it is another account's, that account's policy and the caller's own must allow. */
  readonly resourceAccountId?: string | undefined;
}

export interface EvaluationRequest {
  readonly action: string;
  readonly resource: string;
  readonly context: ConditionContext;
  readonly principal: RequestPrincipal;
}

type PolicyType =
  | "service control policy"
  | "identity-based policy"
  | "permissions boundary"
  | "session policy"
  | "VPC endpoint policy"
  | "resource-based policy";

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
 * the identity's policies allow within the organization's policies, the permissions boundary and the session's.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
 */
export const evaluate = (policies: PolicySet, request: EvaluationRequest): Evaluation => {
  const action = request.action.toLowerCase();
  const { serviceControl = [], identity, boundary, session, resource, endpoint } = policies;
  const find = (type: PolicyType, named: readonly NamedPolicy[] | undefined, effect: "Allow" | "Deny") =>
    findStatement(type, named ?? [], effect, action, request);
  const boundaries = boundary === undefined ? undefined : [boundary];
  const findInResource = (effect: "Allow" | "Deny") =>
    findInResourcePolicy("resource-based policy", resource, effect, action, request, boundary !== undefined);
  const findInEndpoint = (effect: "Allow" | "Deny") =>
    findInResourcePolicy("VPC endpoint policy", endpoint, effect, action, request, boundary !== undefined);

  const denied =
    find("service control policy", serviceControl.flat(), "Deny") ??
    find("identity-based policy", identity, "Deny") ??
    find("permissions boundary", boundaries, "Deny") ??
    find("session policy", session, "Deny") ??
    findInResource("Deny")?.by ??
    findInEndpoint("Deny")?.by;
  if (denied !== undefined) return { kind: "explicitly-denied", by: denied };

  for (const level of serviceControl) {
    if (find("service control policy", level, "Allow") === undefined) return notAllowed("service control policy");
  }
  if (endpoint !== undefined && findInEndpoint("Allow") === undefined) return notAllowed("VPC endpoint policy");
  const { accountId, service } = request.principal;
  const crossesAccounts = service === undefined && (policies.resourceAccountId ?? accountId) !== accountId;
  const granted = findInResource("Allow");
  if (granted === undefined && (policies.resourceRequired === true || crossesAccounts)) {
    return notAllowed("resource-based policy");
  }
  if (granted?.grant === "self" && !crossesAccounts) return { kind: "allowed", by: granted.by };

  const allowed =
    granted !== undefined && granted.grant !== "account" && !crossesAccounts
      ? granted.by
      : find("identity-based policy", identity, "Allow");
  if (allowed === undefined) return notAllowed("identity-based policy");
  if (boundaries !== undefined && find("permissions boundary", boundaries, "Allow") === undefined) {
    return notAllowed("permissions boundary");
  }
  if (session !== undefined && find("session policy", session, "Allow") === undefined) {
    return notAllowed("session policy");
  }
  return { kind: "allowed", by: allowed };
};

const notAllowed = (missing: PolicyType): Evaluation => ({ kind: "not-allowed", missing });

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

/** The strongest grant that a policy with principals makes, or its first deny. */
const findInResourcePolicy = (
  type: PolicyType,
  resource: NamedPolicy | undefined,
  effect: "Allow" | "Deny",
  action: string,
  request: EvaluationRequest,
  isBounded: boolean,
): { readonly by: DecidingStatement; readonly grant: PrincipalGrant } | undefined => {
  let best: { by: DecidingStatement; grant: PrincipalGrant } | undefined;
  for (const statement of resource?.policy.statements ?? []) {
    if (resource === undefined || statement.effect !== effect || statement.principals === undefined) continue;
    const grant = grantOf(statement.principals, request.principal, effect, isBounded);
    if (grant === undefined || !applies(statement, action, request)) continue;
    const by: DecidingStatement = { type, policy: resource.name, statement };
    if (best === undefined || strength[grant] > strength[best.grant]) best = { by, grant };
  }
  return best;
};

const strength: Readonly<Record<PrincipalGrant, number>> = { account: 0, issuer: 1, self: 2 };

/**
 * A deny with NotPrincipal meets whoever has a permissions boundary, whomever it names.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
 */
const grantOf = (
  principals: Exclude<Statement["principals"], undefined>,
  principal: RequestPrincipal,
  effect: "Allow" | "Deny",
  isBounded: boolean,
): PrincipalGrant | undefined =>
  isBounded && principals.not && effect === "Deny" ? "issuer" : principalGrant(principals, principal, effect);

const applies = (statement: Statement, action: string, request: EvaluationRequest): boolean => {
  const { context, resource } = request;
  const { effect } = statement;
  if (!matches(statement.actions, matchesPattern, action, context, effect)) return false;
  if (statement.resources !== undefined && !matches(statement.resources, matchesResource, resource, context, effect)) {
    return false;
  }
  for (const condition of statement.conditions) {
    if (!conditionHolds(condition, context, effect)) return false;
  }
  return true;
};

const matches = (
  match: Match,
  matchesOne: typeof matchesPattern,
  value: string,
  context: ConditionContext,
  effect: Statement["effect"],
): boolean => {
  let any = false;
  for (const pattern of match.patterns) {
    const matched = matchesOne(pattern, value, context);
    // A variable without a value leaves NotResource open, which must neither widen what is allowed nor narrow a deny.
    if (matched === undefined && match.not && effect === "Allow") return false;
    if (matched === true) any = true;
  }
  return any !== match.not;
};
