import { type Clock, messageOf } from "@fleetless/kernel";
import { parsePolicy } from "../authorisation/parse-policy.ts";
import { federatedMayAssume } from "../authorisation/trust.ts";
import type { Credentials } from "../credentials/open-credentials.ts";
import type { Sessions } from "../credentials/sessions.ts";
import {
  defaultDocument,
  findAccessKey,
  findOidcProviderByIssuer,
  findPolicy,
  findRole,
  findUser,
} from "../services/iam/service.ts";
import { IssuerKeys, type StsDependencies, type TemporaryCredentials } from "../services/sts/service.ts";
import type { Store } from "../state/store.ts";

/** What sts needs of the identities in the store and of the room that makes temporary keys. */
export const createStsDependencies = (
  store: Store,
  clock: Clock,
  { sessions, authorizationMessages, rootAccessKeys }: Credentials,
): StsDependencies => ({
  findRole: async (accountId, roleName) => {
    const role = await store.read((transaction) => findRole(transaction, accountId, roleName));
    return role === undefined ? undefined : { ...role, maxSessionDuration: role.maxSessionDurationSeconds };
  },
  findManagedPolicy: async (accountId, policyArn) => {
    const policy = await store.read((transaction) => findPolicy(transaction, accountId, policyArn));
    return policy === undefined ? undefined : defaultDocument(policy);
  },
  policyProblem: (document) => {
    try {
      parsePolicy(document, "identity");
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  },
  issueRoleSession: async ({ accountId, role, ...request }) => {
    const record = await store.read((transaction) => findRole(transaction, accountId, role.roleName));
    if (record === undefined) throw new Error(`The role ${role.roleName} was deleted while it was being assumed`);
    return dated(sessions.issueRoleSession({ ...request, role: record }));
  },
  issueUserSession: async ({ principal, durationSeconds }) => {
    if (principal.kind === "root") return dated(sessions.issueRootSession(principal.accountId, durationSeconds));
    if (principal.kind !== "user") throw new Error("Only a user or the root user has a user session");
    const user = await store.read((transaction) => findUser(transaction, principal.accountId, principal.userName));
    if (user === undefined) throw new Error(`The user ${principal.userName} was deleted during the call`);
    return dated(sessions.issueUserSession(user, durationSeconds));
  },
  issueFederatedSession: async ({ principal, ...request }) => {
    const user =
      principal.kind === "user"
        ? await store.read((transaction) => findUser(transaction, principal.accountId, principal.userName))
        : undefined;
    if (principal.kind !== "root" && user === undefined)
      throw new Error("Only a user or root makes a federated session");
    return dated(sessions.issueFederatedSession({ ...request, accountId: principal.accountId, user }));
  },
  findOidcProvider: (accountId, issuer) =>
    store.read((transaction) => findOidcProviderByIssuer(transaction, accountId, issuer)),
  issuerKeys: new IssuerKeys(() => clock.now()),
  providerMayAssume: federatedMayAssume,
  accountOfKey: async (accessKeyId) => {
    const ofUser = await store.read((transaction) => findAccessKey(transaction, accessKeyId));
    return ofUser?.accountId ?? (await rootAccessKeys.find(accessKeyId))?.accountId;
  },
  decodeAuthorizationMessage: (message) => authorizationMessages.decode(message),
});

const dated = (keys: ReturnType<Sessions["issueRootSession"]>): TemporaryCredentials => ({
  ...keys,
  expiration: new Date(keys.expiration),
});
