import type { PolicyPrincipal, PrincipalMatch } from "./policy-document.ts";

/** Who asks, by all the names under which a resource's policy may know them. */
export interface RequestPrincipal {
  readonly accountId: string;
  /** The user's or the session's own ARN; the account's root ARN for root. */
  readonly arn: string;
  /** For a session of a role: the role's ARN. */
  readonly roleArn?: string;
  /** `AIDA…` of a user or `AROA…` of a role. */
  readonly id?: string;
  /** For a call that AWS itself makes, such as `ecs-tasks.amazonaws.com`. */
  readonly service?: string;
}

/**
 * How a policy names a principal: itself, the role that it is a session of, or only its account, which leaves
 * it to the account's own policies.
 */
export type PrincipalGrant = "self" | "role" | "account";

/** Undefined where the element does not mean this principal. */
export const principalGrant = (match: PrincipalMatch, principal: RequestPrincipal): PrincipalGrant | undefined => {
  const grants = match.principals.flatMap((named) => grantOf(named, principal) ?? []);
  if (match.not) return grants.length === 0 ? "role" : undefined;
  return grants.find((grant) => grant === "self") ?? grants.find((grant) => grant === "role") ?? grants[0];
};

const grantOf = (named: PolicyPrincipal, principal: RequestPrincipal): PrincipalGrant | undefined => {
  switch (named.kind) {
    case "everyone":
      return "role";
    case "account":
      return principal.service === undefined && named.accountId === principal.accountId ? "account" : undefined;
    case "arn":
      if (named.arn === principal.arn) return "self";
      return principal.roleArn !== undefined && named.arn === principal.roleArn ? "role" : undefined;
    case "id":
      if (named.id !== principal.id) return undefined;
      return principal.roleArn === undefined ? "self" : "role";
    case "service":
      return principal.service !== undefined && named.name === principal.service ? "self" : undefined;
    case "federated":
      return undefined;
  }
};
