import type { Principal } from "../gateway/call.ts";
import type { RequiredPermission } from "../gateway/operation.ts";
import type { Authoriser, Decision, GlobalConditionKeys } from "../gateway/ports.ts";
import {
  defaultDocument,
  findPolicy,
  findRole,
  findUser,
  type Identity,
  iamCollections,
} from "../services/iam/service.ts";
import { CollectionWatch, WatchedCache } from "../state/collection-watch.ts";
import type { ReadTransaction, Store } from "../state/store.ts";
import { evaluate, type NamedPolicy, type PolicySet } from "./evaluate.ts";
import { explainDenial } from "./explain.ts";
import { parsePolicy } from "./parse-policy.ts";
import { type ConditionContext, conditionContext } from "./pattern.ts";
import type { RequestPrincipal } from "./principals.ts";

interface IdentityPolicies {
  readonly id: string;
  readonly policies: readonly NamedPolicy[];
  readonly boundary: NamedPolicy | undefined;
  /** `aws:principaltag/<key>` and values. */
  readonly tags: ConditionContext;
}

const cachedIdentities = 10_000;
const cachedDocuments = 4_096;

/** Decides on the policies in the store; parsed policies are kept until any identity or policy changes. */
export const createAuthoriser = (store: Store): Authoriser & { close(): void } => {
  const watch = new CollectionWatch(store, iamCollections);
  const identities = new WatchedCache<IdentityPolicies>(watch, cachedIdentities);
  const documents = new ParsedDocuments();

  const policiesOf = (principal: Exclude<Principal, { kind: "root" }>): Promise<IdentityPolicies> => {
    const { accountId } = principal;
    const name = principal.kind === "user" ? principal.userName : principal.roleName;
    return identities.get(`${principal.kind}/${accountId}/${name}`, () =>
      store.read((transaction) => readIdentity(transaction, principal)),
    );
  };

  const decide = async (
    principal: Principal,
    permissions: readonly RequiredPermission[],
    globalConditionKeys: GlobalConditionKeys,
  ): Promise<Decision> => {
    const identity = principal.kind === "root" ? rootIdentity : await policiesOf(principal);
    const base: PolicySet = {
      identity: identity.policies,
      ...(identity.boundary === undefined ? {} : { boundary: identity.boundary }),
      ...sessionPolicies(principal, documents),
    };
    const requestPrincipal = describePrincipal(principal, identity.id);
    for (const permission of permissions) {
      const { resourcePolicy } = permission;
      const policies: PolicySet =
        resourcePolicy === undefined
          ? base
          : {
              ...base,
              resource: { name: "the resource's policy", policy: documents.get(resourcePolicy.document, "trust") },
              resourceRequired: resourcePolicy.required,
            };
      const context = contextOf(identity.tags, globalConditionKeys, permission.conditionKeys ?? {});
      // Nothing named is anything: it must not be allowed for want of something to check.
      for (const resource of permission.resources.length === 0 ? ["*"] : permission.resources) {
        const { action } = permission;
        const evaluation = evaluate(policies, { action, resource, context, principal: requestPrincipal });
        if (evaluation.kind !== "allowed") {
          return { kind: "denied", permission, resource, because: explainDenial(evaluation, action) };
        }
      }
    }
    return { kind: "allowed" };
  };

  return { decide, close: () => watch.close() };
};

/** The account's root user may do anything that no resource's policy withholds. */
const rootIdentity: IdentityPolicies = {
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

const readIdentity = async (
  transaction: ReadTransaction,
  principal: Exclude<Principal, { kind: "root" }>,
): Promise<IdentityPolicies> => {
  const { accountId } = principal;
  if (principal.kind === "user") {
    const user = await findUser(transaction, accountId, principal.userName);
    return user === undefined ? nobody : identityPolicies(transaction, user, user.userId);
  }
  const role = await findRole(transaction, accountId, principal.roleName);
  return role === undefined ? nobody : identityPolicies(transaction, role, role.roleId);
};

/** Of a user or role that was deleted after the call was authenticated. */
const nobody: IdentityPolicies = { id: "", policies: [], boundary: undefined, tags: new Map() };

const identityPolicies = async (
  transaction: ReadTransaction,
  identity: Identity,
  id: string,
): Promise<IdentityPolicies> => {
  const policies: NamedPolicy[] = Object.entries(identity.inlinePolicies).map(([name, document]) => ({
    name,
    policy: parsePolicy(document, "identity"),
  }));
  for (const arn of identity.attachedPolicyArns) {
    const attached = await readManaged(transaction, identity.accountId, arn);
    if (attached !== undefined) policies.push(attached);
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

const sessionPolicies = (principal: Principal, documents: ParsedDocuments): Pick<PolicySet, "session"> => {
  if (principal.kind !== "assumed-role" || principal.sessionPolicies.length === 0) return {};
  return {
    session: principal.sessionPolicies.map((document, index) => ({
      name: `session policy ${index + 1}`,
      policy: documents.get(document, "identity"),
    })),
  };
};

const describePrincipal = (principal: Principal, id: string): RequestPrincipal => ({
  accountId: principal.accountId,
  arn: principal.arn,
  id,
  ...(principal.kind === "assumed-role" ? { roleArn: principal.roleArn } : {}),
});

const contextOf = (
  tags: ConditionContext,
  ...sources: readonly Readonly<Record<string, readonly string[]>>[]
): ConditionContext => {
  const context = new Map(tags);
  for (const source of sources) {
    for (const [key, values] of conditionContext(Object.entries(source))) context.set(key, values);
  }
  return context;
};

/** Documents that come with the call, parsed once. */
class ParsedDocuments {
  readonly #parsed = new Map<string, NamedPolicy["policy"]>();

  get(document: string, kind: "identity" | "trust"): NamedPolicy["policy"] {
    const key = `${kind}\0${document}`;
    const known = this.#parsed.get(key);
    if (known !== undefined) return known;
    const policy = parsePolicy(document, kind);
    if (this.#parsed.size >= cachedDocuments) this.#parsed.clear();
    this.#parsed.set(key, policy);
    return policy;
  }
}
