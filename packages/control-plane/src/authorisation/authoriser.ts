import { parseArn } from "@fleetless/kernel";
import type { Principal } from "../gateway/call.ts";
import type { RequiredPermission } from "../gateway/operation.ts";
import type { Authoriser, Decision, GlobalConditionKeys, PermissionCheck } from "../gateway/ports.ts";
import { iamCollections } from "../services/iam/service.ts";
import { CollectionWatch, WatchedCache } from "../state/collection-watch.ts";
import type { Store } from "../state/store.ts";
import { type Evaluation, evaluate, type PolicySet } from "./evaluate.ts";
import { checkOf, explainDenial } from "./explain.ts";
import { type IdentityPolicies, identityOf, nobody, readIdentity, rootIdentity } from "./identity-policies.ts";
import { parsePolicy } from "./parse-policy.ts";
import { ParsedDocuments } from "./parsed-documents.ts";
import { type ConditionContext, conditionContext } from "./pattern.ts";
import type { RequestPrincipal } from "./principals.ts";

const cachedIdentities = 10_000;
/** Of one call; what is denied is always among them. */
const mostChecks = 25;

/** A policy that holds for everyone in the account, its root user too. */
export interface ServiceControlPolicy {
  readonly name: string;
  readonly document: string;
}

/** Decides on the policies in the store; parsed policies are kept until any identity or policy changes. */
export const createAuthoriser = (
  store: Store,
  serviceControlPolicies?: readonly ServiceControlPolicy[],
): Authoriser & { close(): void } => {
  const serviceControl = serviceControlPolicies?.map(({ name, document }) => ({
    name,
    policy: parsePolicy(document, "identity"),
  }));
  const watch = new CollectionWatch(store, iamCollections);
  const identities = new WatchedCache<IdentityPolicies>(watch, cachedIdentities);
  const documents = new ParsedDocuments();

  const policiesOf = async (principal: Principal): Promise<IdentityPolicies> => {
    const identity = identityOf(principal);
    if (identity.kind === "root") return rootIdentity;
    if (identity.kind === "nobody") return nobody;
    return identities.get(`${identity.kind}/${identity.accountId}/${identity.name}`, () =>
      store.read((transaction) => readIdentity(transaction, identity)),
    );
  };

  const decide = async (
    principal: Principal,
    permissions: readonly RequiredPermission[],
    globalConditionKeys: GlobalConditionKeys,
  ): Promise<Decision> => {
    const identity = await policiesOf(principal);
    const base: PolicySet = {
      ...(serviceControl === undefined ? {} : { serviceControl: [serviceControl] }),
      identity: identity.policies,
      ...(identity.boundary === undefined ? {} : { boundary: identity.boundary }),
      ...sessionPolicies(principal, documents),
    };
    const requestPrincipal = describePrincipal(principal, identity.id);
    const tags = principalTags(identity.tags, principal);
    const checks: PermissionCheck[] = [];
    let denial: Omit<Extract<Decision, { kind: "denied" }>, "checks"> | undefined;
    for (const permission of permissions) {
      const { action } = permission;
      // Nothing named is anything: it must not be allowed for want of something to check.
      for (const resource of permission.resources.length === 0 ? ["*"] : permission.resources) {
        const policies = withResource(base, permission, resource, documents);
        const context = contextOf(tags, globalConditionKeys, permission.conditionKeys ?? {}, resourceKeys(policies));
        const evaluation = evaluate(policies, { action, resource, context, principal: requestPrincipal });
        if (evaluation.kind !== "allowed") {
          denial ??= { kind: "denied", permission, resource, because: explainDenial(evaluation, action), context };
        }
        note(checks, action, resource, evaluation);
      }
    }
    return denial === undefined ? { kind: "allowed", checks } : { ...denial, checks };
  };

  return { decide, close: () => watch.close() };
};

const note = (checks: PermissionCheck[], action: string, resource: string, evaluation: Evaluation): void => {
  if (checks.length < mostChecks) {
    checks.push(checkOf(action, resource, evaluation));
    return;
  }
  if (evaluation.kind === "allowed") return;
  const spare = checks.findLastIndex(({ outcome }) => outcome === "allowed");
  if (spare !== -1) checks[spare] = checkOf(action, resource, evaluation);
};

const withResource = (
  given: PolicySet,
  { resourcePolicy, endpointPolicy }: RequiredPermission,
  resource: string,
  documents: ParsedDocuments,
): PolicySet => {
  const base = endpointPolicy === undefined ? given : withEndpoint(given, endpointPolicy, documents);
  const account = resourcePolicy?.accountId ?? parseArn(resource)?.accountId;
  const resourceAccountId = account !== undefined && /^\d{12}$/.test(account) ? account : undefined;
  if (resourcePolicy === undefined) return { ...base, resourceAccountId };
  const { document, name = "the resource's policy", required } = resourcePolicy;
  return {
    ...base,
    resource: { name, policy: documents.get(document, "resource") },
    resourceRequired: required,
    resourceAccountId,
  };
};

const withEndpoint = (
  given: PolicySet,
  { endpointId, document, alone }: Exclude<RequiredPermission["endpointPolicy"], undefined>,
  documents: ParsedDocuments,
): PolicySet => ({
  ...(alone === true ? { identity: rootIdentity.policies } : given),
  endpoint: { name: endpointId, policy: documents.get(document, "resource") },
});

const resourceKeys = ({ resourceAccountId }: PolicySet): GlobalConditionKeys =>
  resourceAccountId === undefined ? {} : { "aws:ResourceAccount": [resourceAccountId] };

const sessionPolicies = (principal: Principal, documents: ParsedDocuments): Pick<PolicySet, "session"> => {
  if (principal.kind !== "assumed-role" && principal.kind !== "federated-user") return {};
  // A federated user without policies of its own may do nothing; a role's session then may do what the role may.
  if (principal.kind === "assumed-role" && principal.sessionPolicies.length === 0) return {};
  return {
    session: principal.sessionPolicies.map((document, index) => ({
      name: `session policy ${index + 1}`,
      policy: documents.get(document, "identity"),
    })),
  };
};

const describePrincipal = (principal: Principal, id: string): RequestPrincipal => {
  const { accountId, arn } = principal;
  if (principal.kind === "assumed-role") return { accountId, arn, id, sessionOf: principal.roleArn };
  if (principal.kind === "federated-user") {
    return { accountId, arn, id, sessionOf: principal.issuer?.arn ?? `arn:aws:iam::${accountId}:root` };
  }
  return { accountId, arn, id };
};

/** A session's tags hide those of the same key that its role has. */
const principalTags = (tags: ConditionContext, principal: Principal): ConditionContext => {
  const session = "session" in principal ? principal.session : undefined;
  if (session === undefined) return tags;
  const own = Object.entries(session.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, [value]] as const);
  return new Map([...tags, ...conditionContext(own)]);
};

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
