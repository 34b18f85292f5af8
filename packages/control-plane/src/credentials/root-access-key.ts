import type { AccountId, Clock } from "@fleetless/kernel";
import { newSecretAccessKey, newUniqueId } from "../services/iam/service.ts";
import { defineCollection, type Store } from "../state/store.ts";
import type { SecretSealer } from "./sealing.ts";

export interface RootAccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface RootAccessKeyRecord {
  readonly accessKeyId: string;
  readonly sealedSecret: string;
  readonly createdAt: number;
}

const rootAccessKeys = defineCollection<RootAccessKeyRecord>("root-access-keys");

/** The account's root key, made at the first run, and when that was, in milliseconds since the Unix epoch. */
export const ensureRootAccessKey = (
  store: Store,
  sealer: SecretSealer,
  clock: Clock,
  accountId: AccountId,
): Promise<RootAccessKey & { readonly createdAt: number }> =>
  store.transaction(async (transaction) => {
    const purpose = (accessKeyId: string): string => `root-access-key/${accountId}/${accessKeyId}`;
    const known = await transaction.get(rootAccessKeys, accountId);
    if (known !== undefined) {
      const secretAccessKey = sealer.open(known.sealedSecret, purpose(known.accessKeyId));
      return { accessKeyId: known.accessKeyId, secretAccessKey, createdAt: known.createdAt };
    }
    const accessKeyId = newUniqueId("AKIA");
    const secretAccessKey = newSecretAccessKey();
    const createdAt = clock.now();
    const sealedSecret = sealer.seal(secretAccessKey, purpose(accessKeyId));
    transaction.insert(rootAccessKeys, accountId, { accessKeyId, sealedSecret, createdAt });
    return { accessKeyId, secretAccessKey, createdAt };
  });
