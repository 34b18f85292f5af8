import { join } from "node:path";
import type { AccountId, Clock } from "@fleetless/kernel";
import type { AccessKeys } from "../gateway/ports.ts";
import type { Store } from "../state/store.ts";
import { createAccessKeys, type ServiceSessionIsOver } from "./access-keys.ts";
import { type AuthorizationMessages, createAuthorizationMessages } from "./authorization-messages.ts";
import { openMasterKey } from "./master-key.ts";
import { ensureRootAccessKey, type RootAccessKey, RootAccessKeys } from "./root-access-key.ts";
import type { RootKeySource } from "./root-key.ts";
import { createSecretSealer, deriveKey, type SecretSealer } from "./sealing.ts";
import { createServiceRoleSessions, type ServiceRoleSessions } from "./service-role-sessions.ts";
import { createSessionTokens } from "./session-token.ts";
import { createSessions, type Sessions } from "./sessions.ts";

export interface CredentialsOptions {
  readonly store: Store;
  readonly clock: Clock;
  readonly accountId: AccountId;
  /** Where the master key lay before there were root keys. */
  readonly dataDirectory: string;
  readonly rootKey: RootKeySource;
  /** Whether `test`/`test` from a loopback address counts as the root key. */
  readonly acceptWellKnownLocalKey: boolean;
  /** Ends sessions that services hold before their time, such as those of stopped tasks. */
  readonly serviceSessionIsOver?: ServiceSessionIsOver;
}

export interface Credentials {
  readonly accessKeys: AccessKeys;
  readonly rootAccessKey: RootAccessKey;
  /** Of every account, that of `rootAccessKey` too. */
  readonly rootAccessKeys: RootAccessKeys;
  readonly sealer: SecretSealer;
  /** Of the audit trail's chain of digests. */
  readonly auditChainKey: Buffer;
  readonly sessions: Sessions;
  readonly authorizationMessages: AuthorizationMessages;
  readonly serviceRoleSessions: ServiceRoleSessions;
  close(): void;
}

/** All that has to do with keys and secrets. Throws RootKeyError where the root key is not there or is another. */
export const openCredentials = async (options: CredentialsOptions): Promise<Credentials> => {
  const { store, clock, accountId } = options;
  const masterKey = await openMasterKey({
    store,
    rootKey: options.rootKey,
    formerPath: join(options.dataDirectory, "master.key"),
  });
  const sealer = createSecretSealer(masterKey);
  const tokens = createSessionTokens(masterKey);
  const { accessKeyId, secretAccessKey } = await ensureRootAccessKey(store, sealer, clock, accountId);
  const rootAccessKey = { accessKeyId, secretAccessKey };
  const rootAccessKeys = new RootAccessKeys(store, sealer);
  const sessions = createSessions(tokens, clock);
  const accessKeys = createAccessKeys({
    store,
    clock,
    accountId,
    sealer,
    tokens,
    rootAccessKey,
    rootAccessKeys,
    acceptWellKnownLocalKey: options.acceptWellKnownLocalKey,
    serviceSessionIsOver: options.serviceSessionIsOver,
  });
  return {
    accessKeys,
    rootAccessKey,
    rootAccessKeys,
    sealer,
    auditChainKey: deriveKey(masterKey, "audit chain"),
    sessions,
    authorizationMessages: createAuthorizationMessages(masterKey),
    serviceRoleSessions: createServiceRoleSessions(store, sessions),
    close: () => accessKeys.close(),
  };
};
