import { type AccountId, type Clock, accountId as toAccountId } from "@fleetless/kernel";
import type { Principal } from "../gateway/call.ts";
import type { AccessKeys, KnownAccessKey } from "../gateway/ports.ts";
import {
  accessKeySecretPurpose,
  findAccessKey,
  findRole,
  findUser,
  iamCollections,
  type RoleRecord,
  type UserRecord,
} from "../services/iam/service.ts";
import { CollectionWatch, WatchedCache } from "../state/collection-watch.ts";
import type { Store } from "../state/store.ts";
import { expiredToken, invalidClientTokenId } from "./errors.ts";
import { type RootAccessKey, type RootAccessKeys, rootAccessKeysCollection } from "./root-access-key.ts";
import type { SecretSealer } from "./sealing.ts";
import type { Claims, SessionTokens } from "./session-token.ts";

/** Accepted as the root key from local callers alone, where the option is on: what local tools use by habit. */
const wellKnownLocalKey: RootAccessKey = { accessKeyId: "test", secretAccessKey: "test" };

const cachedKeys = 10_000;

/** Tells whether what a service had its session for is over, such as a task that has stopped. */
export type ServiceSessionIsOver = (service: string, sessionName: string) => Promise<boolean>;

export interface AccessKeysOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountId: AccountId;
  readonly sealer: SecretSealer;
  readonly tokens: SessionTokens;
  /** Of the account that the instance began with. */
  readonly rootAccessKey: RootAccessKey;
  readonly rootAccessKeys: RootAccessKeys;
  readonly acceptWellKnownLocalKey: boolean;
  readonly serviceSessionIsOver: ServiceSessionIsOver | undefined;
}

export const createAccessKeys = (options: AccessKeysOptions): AccessKeys & { close(): void } => {
  const watch = new CollectionWatch(options.store, [...iamCollections, rootAccessKeysCollection]);
  const userKeys = new WatchedCache<KnownAccessKey | "unknown">(watch, cachedKeys);
  const sessionOwners = new WatchedCache<RoleRecord | UserRecord | "gone">(watch, cachedKeys);

  const find = async (
    accessKeyId: string,
    sessionToken: string | undefined,
    isLocal: boolean,
  ): Promise<KnownAccessKey> => {
    const { rootAccessKey, accountId } = options;
    if (sessionToken !== undefined && sessionToken !== "") return findSession(accessKeyId, sessionToken);
    if (accessKeyId === rootAccessKey.accessKeyId) return rootKey(accountId, rootAccessKey.secretAccessKey);
    if (isWellKnownLocalKey(accessKeyId) && options.acceptWellKnownLocalKey && isLocal) {
      return rootKey(accountId, wellKnownLocalKey.secretAccessKey);
    }
    const found = await userKeys.get(
      accessKeyId,
      async () => (await readUserKey(options, accessKeyId)) ?? (await readRootKey(options, accessKeyId)) ?? "unknown",
    );
    if (found === "unknown") throw invalidClientTokenId();
    return found;
  };

  const findSession = async (accessKeyId: string, sessionToken: string): Promise<KnownAccessKey> => {
    const claims = options.tokens.read(sessionToken);
    if (claims === undefined || claims.accessKeyId !== accessKeyId) throw invalidClientTokenId();
    if (claims.expiresAt <= options.clock.now()) throw expiredToken();
    const principal = await principalOf(claims);
    if (principal === undefined) throw invalidClientTokenId();
    return { secretAccessKey: claims.secretAccessKey, principal };
  };

  const ownerOf = (kind: "role" | "user", accountId: string, name: string): Promise<RoleRecord | UserRecord | "gone"> =>
    sessionOwners.get(`${kind}/${accountId}/${name}`, () =>
      options.store.read(async (transaction) => {
        const find = kind === "role" ? findRole : findUser;
        return (await find(transaction, accountId, name)) ?? "gone";
      }),
    );

  /** Undefined where the user is gone, also where one of its name was made again. */
  const userOf = async (accountId: string, userName: string, userId: string): Promise<UserRecord | undefined> => {
    const owner = await ownerOf("user", accountId, userName);
    return owner !== "gone" && "userId" in owner && owner.userId === userId ? owner : undefined;
  };

  const principalOf = async (claims: Claims): Promise<Principal | undefined> => {
    const { accountId, issuedAt } = claims;
    if (claims.kind === "root") return { ...rootPrincipal(toAccountId(accountId)), issuedAt };
    if (claims.kind === "user") {
      const user = await userOf(accountId, claims.userName, claims.userId);
      return user === undefined ? undefined : { ...userPrincipal(user), issuedAt };
    }
    if (claims.kind === "federated") return federatedPrincipal(claims);
    const owner = await ownerOf("role", accountId, claims.roleName);
    if (owner === "gone" || !("roleId" in owner) || owner.roleId !== claims.roleId) return undefined;
    const { service, sessionName, session } = claims;
    const isOver = options.serviceSessionIsOver;
    if (service !== undefined && isOver !== undefined && (await isOver(service, sessionName))) return undefined;
    return {
      kind: "assumed-role",
      accountId: toAccountId(owner.accountId),
      arn: `arn:aws:sts::${owner.accountId}:assumed-role/${owner.roleName}/${sessionName}`,
      userId: `${owner.roleId}:${sessionName}`,
      roleArn: owner.arn,
      roleName: owner.roleName,
      sessionName,
      sessionPolicies: claims.sessionPolicies,
      issuedAt,
      ...(session === undefined ? {} : { session }),
    };
  };

  const federatedPrincipal = async (claims: Claims & { kind: "federated" }): Promise<Principal | undefined> => {
    const { accountId, issuer, name, sessionPolicies, issuedAt, session } = claims;
    const user = issuer === undefined ? undefined : await userOf(accountId, issuer.userName, issuer.userId);
    if (issuer !== undefined && user === undefined) return undefined;
    return {
      kind: "federated-user",
      accountId: toAccountId(accountId),
      arn: `arn:aws:sts::${accountId}:federated-user/${name}`,
      userId: `${accountId}:${name}`,
      issuer: user === undefined ? undefined : { userName: user.userName, arn: user.arn },
      sessionPolicies,
      issuedAt,
      ...(session === undefined ? {} : { session }),
    };
  };

  return { find, close: () => watch.close() };
};

const isWellKnownLocalKey = (accessKeyId: string): boolean => accessKeyId === wellKnownLocalKey.accessKeyId;

const readRootKey = async (options: AccessKeysOptions, accessKeyId: string): Promise<KnownAccessKey | undefined> => {
  const found = await options.rootAccessKeys.find(accessKeyId);
  return found === undefined ? undefined : rootKey(found.accountId, found.secretAccessKey);
};

const readUserKey = (options: AccessKeysOptions, accessKeyId: string): Promise<KnownAccessKey | undefined> =>
  options.store.read(async (transaction) => {
    const record = await findAccessKey(transaction, accessKeyId);
    if (record === undefined || record.status !== "Active") return undefined;
    const user = await findUser(transaction, record.accountId, record.userName);
    if (user === undefined || user.userId !== record.userId) return undefined;
    const secretAccessKey = options.sealer.open(record.sealedSecret, accessKeySecretPurpose(accessKeyId));
    return { secretAccessKey, principal: userPrincipal(user) };
  });

const rootPrincipal = (accountId: AccountId): Principal & { readonly kind: "root" } => ({
  kind: "root",
  accountId,
  arn: `arn:aws:iam::${accountId}:root`,
  userId: accountId,
});

const rootKey = (accountId: AccountId, secretAccessKey: string): KnownAccessKey => ({
  secretAccessKey,
  principal: rootPrincipal(accountId),
});

const userPrincipal = (user: UserRecord): Principal & { readonly kind: "user" } => ({
  kind: "user",
  accountId: toAccountId(user.accountId),
  arn: user.arn,
  userId: user.userId,
  userName: user.userName,
});
