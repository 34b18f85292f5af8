import { type AccountId, type Clock, accountId as toAccountId } from "@fleetless/kernel";
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

/** By account: an account is there as soon as its root user has a key. */
const rootAccessKeys = defineCollection<RootAccessKeyRecord>("root-access-keys", {
  accessKeyId: ({ accessKeyId }) => accessKeyId,
});

export const rootAccessKeysCollection = rootAccessKeys.name;

const purpose = (accountId: string, accessKeyId: string): string => `root-access-key/${accountId}/${accessKeyId}`;

/** An account's root key, made when it is first asked for, and when that was, in milliseconds since the Unix epoch. */
export const ensureRootAccessKey = (
  store: Store,
  sealer: SecretSealer,
  clock: Clock,
  accountId: AccountId,
): Promise<RootAccessKey & { readonly createdAt: number; readonly isNew: boolean }> =>
  store.transaction(async (transaction) => {
    const known = await transaction.get(rootAccessKeys, accountId);
    if (known !== undefined) {
      const { accessKeyId, createdAt } = known;
      const secretAccessKey = sealer.open(known.sealedSecret, purpose(accountId, accessKeyId));
      return { accessKeyId, secretAccessKey, createdAt, isNew: false };
    }
    const accessKeyId = newUniqueId("AKIA");
    const secretAccessKey = newSecretAccessKey();
    const createdAt = clock.now();
    const sealedSecret = sealer.seal(secretAccessKey, purpose(accountId, accessKeyId));
    transaction.insert(rootAccessKeys, accountId, { accessKeyId, sealedSecret, createdAt });
    return { accessKeyId, secretAccessKey, createdAt, isNew: true };
  });

export interface AccountSummary {
  readonly accountId: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

/** The accounts of a store, and the keys of their root users. */
export class RootAccessKeys {
  readonly #store: Store;
  readonly #sealer: SecretSealer;

  constructor(store: Store, sealer: SecretSealer) {
    this.#store = store;
    this.#sealer = sealer;
  }

  /** In the order of their numbers. */
  list(): Promise<readonly AccountSummary[]> {
    return this.#store.read(async (transaction) =>
      (await transaction.list(rootAccessKeys)).map(({ key, document }) => ({
        accountId: key,
        createdAt: document.createdAt,
      })),
    );
  }

  async ofAccount(accountId: string): Promise<RootAccessKey | undefined> {
    const known = await this.#store.read((transaction) => transaction.get(rootAccessKeys, accountId));
    return known === undefined ? undefined : this.#opened(accountId, known);
  }

  /** When an account was made, in milliseconds since the Unix epoch; undefined where there is no such account. */
  async createdAt(accountId: string): Promise<number | undefined> {
    return (await this.#store.read((transaction) => transaction.get(rootAccessKeys, accountId)))?.createdAt;
  }

  /** Whose root user has an access key. */
  async find(accessKeyId: string): Promise<(RootAccessKey & { readonly accountId: AccountId }) | undefined> {
    const index = { name: "accessKeyId", value: accessKeyId };
    const [found] = await this.#store.read((transaction) => transaction.list(rootAccessKeys, { index, limit: 1 }));
    if (found === undefined) return undefined;
    return { accountId: toAccountId(found.key), ...this.#opened(found.key, found.document) };
  }

  #opened(accountId: string, { accessKeyId, sealedSecret }: RootAccessKeyRecord): RootAccessKey {
    return { accessKeyId, secretAccessKey: this.#sealer.open(sealedSecret, purpose(accountId, accessKeyId)) };
  }
}
