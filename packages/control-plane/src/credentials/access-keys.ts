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
import type { RootAccessKey } from "./root-access-key.ts";
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
  readonly rootAccessKey: RootAccessKey;
  readonly acceptWellKnownLocalKey: boolean;
  readonly serviceSessionIsOver: ServiceSessionIsOver | undefined;
}

export const createAccessKeys = (options: AccessKeysOptions): AccessKeys & { close(): void } => {
  const watch = new CollectionWatch(options.store, iamCollections);
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
    const found = await userKeys.get(accessKeyId, () => readUserKey(options, accessKeyId));
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

  const principalOf = async (claims: Claims): Promise<Principal | undefined> => {
    if (claims.kind === "root") return rootPrincipal(toAccountId(claims.accountId));
    const name = claims.kind === "role" ? claims.roleName : claims.userName;
    const owner = await sessionOwners.get(`${claims.kind}/${claims.accountId}/${name}`, () =>
      options.store.read(async (transaction) => {
        const find = claims.kind === "role" ? findRole : findUser;
        return (await find(transaction, claims.accountId, name)) ?? "gone";
      }),
    );
    if (owner === "gone") return undefined;
    if (claims.kind === "user") {
      return "userId" in owner && owner.userId === claims.userId ? userPrincipal(owner) : undefined;
    }
    if (!("roleId" in owner) || owner.roleId !== claims.roleId) return undefined;
    const { service, sessionName } = claims;
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
      issuedAt: claims.issuedAt,
    };
  };

  return { find, close: () => watch.close() };
};

const isWellKnownLocalKey = (accessKeyId: string): boolean => accessKeyId === wellKnownLocalKey.accessKeyId;

const readUserKey = (options: AccessKeysOptions, accessKeyId: string): Promise<KnownAccessKey | "unknown"> =>
  options.store.read(async (transaction) => {
    const record = await findAccessKey(transaction, accessKeyId);
    if (record === undefined || record.status !== "Active") return "unknown";
    const user = await findUser(transaction, record.accountId, record.userName);
    if (user === undefined || user.userId !== record.userId) return "unknown";
    const secretAccessKey = options.sealer.open(record.sealedSecret, accessKeySecretPurpose(accessKeyId));
    return { secretAccessKey, principal: userPrincipal(user) };
  });

const rootPrincipal = (accountId: AccountId): Principal => ({
  kind: "root",
  accountId,
  arn: `arn:aws:iam::${accountId}:root`,
  userId: accountId,
});

const rootKey = (accountId: AccountId, secretAccessKey: string): KnownAccessKey => ({
  secretAccessKey,
  principal: rootPrincipal(accountId),
});

const userPrincipal = (user: UserRecord): Principal => ({
  kind: "user",
  accountId: toAccountId(user.accountId),
  arn: user.arn,
  userId: user.userId,
  userName: user.userName,
});
