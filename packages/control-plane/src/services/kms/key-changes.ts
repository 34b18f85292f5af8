import type { Call } from "../../gateway/call.ts";
import type { Transaction } from "../../state/store.ts";
import type { KeyRecord } from "./collections.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { managedKeyRefused, pendingDeletion } from "./errors.ts";
import { keyArn } from "./names.ts";
import { scopeOf } from "./permissions.ts";
import { putKey, requireKeyById } from "./repository.ts";

/** Throws UnsupportedOperationException for the keys that AWS manages. */
export const checkCustomerManaged = (key: KeyRecord, operation: string): void => {
  if (key.manager === "AWS") throw managedKeyRefused(keyArn(key, key.keyId), operation);
};

export const checkNotPendingDeletion = (key: KeyRecord): void => {
  if (key.state === "PendingDeletion") throw pendingDeletion(keyArn(key, key.keyId));
};

/** Changes a customer managed key that is named by its id or ARN, and answers it as it is then. */
export const changeKey = (
  { store, clock }: KmsDependencies,
  call: Call,
  keyId: string | undefined,
  operation: string,
  change: (key: KeyRecord, transaction: Transaction) => KeyRecord | Promise<KeyRecord>,
): Promise<KeyRecord> =>
  store.transaction(async (transaction) => {
    const key = await requireKeyById(transaction, scopeOf(call), keyId, clock.now());
    checkCustomerManaged(key, operation);
    const changed = await change(key, transaction);
    putKey(transaction, changed);
    return changed;
  });
