import type { PolicyPrincipal, PrincipalMatch } from "./policy-document.ts";

/** Who asks, by all the names under which a resource's policy may know them. */
export interface RequestPrincipal {
  readonly accountId: string;
  /** The user's or the session's own ARN; the account's root ARN for root. */
  readonly arn: string;
  /** For a session: the ARN of the role or user whose rights it has. */
  readonly sessionOf?: string;
  /** `AIDA…` of a user or `AROA…` of a role. */
  readonly id?: string;
  /** For a call that AWS itself makes, such as `ecs-tasks.amazonaws.com`. */
  readonly service?: string;
  /** For one whom an identity provider vouches for: the provider's ARN, or its host name where AWS knows it. */
  readonly federatedBy?: readonly string[];
}

/**
 * How a policy names a principal: itself, the role or user that it is a session of, or only its account, which
 * leaves it to the account's own policies.
 */
export type PrincipalGrant = "self" | "issuer" | "account";

/** Undefined where the element does not mean this principal. */
export const principalGrant = (
  match: PrincipalMatch,
  principal: RequestPrincipal,
  effect: "Allow" | "Deny",
): PrincipalGrant | undefined => {
  if (match.not) {
    if (isExempt(match.principals, principal, effect)) return undefined;
    return principal.sessionOf === undefined ? "self" : "issuer";
  }
  const grants = match.principals.flatMap((named) => grantOf(named, principal) ?? []);
  return grants.find((grant) => grant === "self") ?? grants.find((grant) => grant === "issuer") ?? grants[0];
};

/**
 * Whether NotPrincipal leaves a principal out. To be spared a deny it must be named with its account, and a session
 * with its role; to miss an allow, one of its names is enough.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notprincipal.html
 */
const isExempt = (
  named: readonly PolicyPrincipal[],
  principal: RequestPrincipal,
  effect: "Allow" | "Deny",
): boolean => {
  const means = (one: RequestPrincipal): boolean => named.some((each) => grantOf(each, one) !== undefined);
  if (effect === "Allow") return means(principal);
  const { service, federatedBy, accountId, arn, sessionOf } = principal;
  if (service !== undefined || federatedBy !== undefined) return means(principal);
  if (named.some(({ kind }) => kind === "everyone")) return true;
  const isNamed = (wanted: string): boolean => named.some((each) => each.kind === "arn" && each.arn === wanted);
  const account = named.some((each) => each.kind === "account" && each.accountId === accountId);
  const isRoot = arn === `arn:aws:iam::${accountId}:root`;
  const own = isRoot || isNamed(arn) || named.some((each) => each.kind === "id" && each.id === principal.id);
  return account && own && (sessionOf === undefined || isNamed(sessionOf));
};

const grantOf = (named: PolicyPrincipal, principal: RequestPrincipal): PrincipalGrant | undefined => {
  const { service, federatedBy, sessionOf } = principal;
  const isAnIdentity = service === undefined && federatedBy === undefined;
  switch (named.kind) {
    case "everyone":
      return sessionOf === undefined ? "self" : "issuer";
    case "account":
      return isAnIdentity && named.accountId === principal.accountId ? "account" : undefined;
    case "arn":
      if (!isAnIdentity) return undefined;
      if (named.arn === principal.arn) return "self";
      return sessionOf !== undefined && named.arn === sessionOf ? "issuer" : undefined;
    case "id":
      if (!isAnIdentity || named.id !== principal.id) return undefined;
      return sessionOf === undefined ? "self" : "issuer";
    case "service":
      return service !== undefined && named.name === service ? "self" : undefined;
    case "federated":
      return federatedBy?.includes(named.name) ? "self" : undefined;
  }
};
