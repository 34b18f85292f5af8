import type { Principal } from "../gateway/call.ts";
import {
  defaultDocument,
  findPolicy,
  findRole,
  findUser,
  groupsOfUser,
  type Identity,
} from "../services/iam/service.ts";
import type { ReadTransaction } from "../state/store.ts";
import type { NamedPolicy } from "./evaluate.ts";
import { parsePolicy } from "./parse-policy.ts";
import { type ConditionContext, conditionContext } from "./pattern.ts";

/** What the store holds of an identity that a decision needs. */
export interface IdentityPolicies {
  readonly id: string;
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  /** `aws:principaltag/<key>` and values. */
  readonly tags: ConditionContext;
}

/** Whose policies decide what a principal may do. */
export type IdentityReference =
  | { readonly kind: "root" }
  | { readonly kind: "nobody" }
  | { readonly kind: "user" | "role"; readonly accountId: string; readonly name: string };

export const identityOf = (principal: Principal): IdentityReference => {
  const { accountId } = principal;
  switch (principal.kind) {
    case "root":
      return { kind: "root" };
    case "anonymous":
      return { kind: "nobody" };
    case "user":
      return { kind: "user", accountId, name: principal.userName };
    case "assumed-role":
      return { kind: "role", accountId, name: principal.roleName };
    case "federated-user":
      return principal.issuer === undefined
        ? { kind: "root" }
        : { kind: "user", accountId, name: principal.issuer.userName };
  }
};

/** The account's root user may do anything that no resource's policy withholds. */
export const rootIdentity: IdentityPolicies = {
  id: "root",
  policies: [
    {
      name: "root",
      policy: parsePolicy(
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}',
        "identity",
      ),
    },
  ],
  boundary: undefined,
  tags: new Map(),
};

/** Also of a user or role that was deleted after the call was authenticated. */
export const nobody: IdentityPolicies = { id: "", policies: [], boundary: undefined, tags: new Map() };

export const readIdentity = async (
  transaction: ReadTransaction,
  { kind, accountId, name }: Extract<IdentityReference, { readonly name: string }>,
): Promise<IdentityPolicies> => {
  if (kind === "user") {
    const user = await findUser(transaction, accountId, name);
    if (user === undefined) return nobody;
    return identityPolicies(transaction, user, user.userId, await groupsOfUser(transaction, user));
  }
  const role = await findRole(transaction, accountId, name);
  return role === undefined ? nobody : identityPolicies(transaction, role, role.roleId);
};

const identityPolicies = async (
  transaction: ReadTransaction,
  identity: Identity,
  id: string,
  groups: readonly Identity[] = [],
): Promise<IdentityPolicies> => {
  const policies: NamedPolicy[] = [];
  for (const { accountId, inlinePolicies, attachedPolicyArns } of [identity, ...groups]) {
    for (const [name, document] of Object.entries(inlinePolicies)) {
      policies.push({ name, policy: parsePolicy(document, "identity") });
    }
    for (const arn of attachedPolicyArns) {
      const attached = await readManaged(transaction, accountId, arn);
      if (attached !== undefined) policies.push(attached);
    }
  }
  const { permissionsBoundaryArn: boundaryArn } = identity;
  // A boundary that cannot be found bounds everything.
  const boundary =
    boundaryArn === undefined
      ? undefined
      : ((await readManaged(transaction, identity.accountId, boundaryArn)) ?? {
          name: boundaryArn,
          policy: { statements: [] },
        });
  const tags = conditionContext(identity.tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, [Value]]));
  return { id, policies, boundary, tags };
};

const readManaged = async (
  transaction: ReadTransaction,
  accountId: string,
  arn: string,
): Promise<NamedPolicy | undefined> => {
  const policy = await findPolicy(transaction, accountId, arn);
  return policy === undefined ? undefined : { name: arn, policy: parsePolicy(defaultDocument(policy), "identity") };
};
