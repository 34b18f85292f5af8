import { randomInt } from "node:crypto";
import { type AccountId, type Clock, accountId as toAccountId } from "@fleetless/kernel";
import {
  type AccountSummary,
  ensureRootAccessKey,
  type RootAccessKey,
  type RootAccessKeys,
} from "../credentials/root-access-key.ts";
import type { SecretSealer } from "../credentials/sealing.ts";
import type { Store } from "../state/store.ts";

/** The account cannot be made; the message says why. */
export class AccountError extends Error {
  override readonly name = "AccountError";
}

/** The accounts of an instance: each with a root user, identities, networks and clusters of its own. */
export interface Accounts {
  list(): Promise<readonly AccountSummary[]>;
  /** Makes an account, of a number of 12 digits or of one that is free. Throws AccountError. */
  create(id: string | undefined): Promise<AccountSummary>;
  /** Undefined where there is no such account. */
  rootAccessKey(id: string): Promise<RootAccessKey | undefined>;
}

interface AccountsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly sealer: SecretSealer;
  readonly keys: RootAccessKeys;
  /** Gives an account what every account begins with. It may be done again. */
  readonly furnish: (accountId: AccountId) => Promise<void>;
}

const mostAccounts = 1_000;

const freeNumber = (): AccountId => toAccountId(String(randomInt(100_000_000_000, 1_000_000_000_000)));

const numberFrom = (id: string): AccountId => {
  if (!/^\d{12}$/.test(id)) throw new AccountError("An account's number has 12 digits");
  return toAccountId(id);
};

export const createAccounts = ({ store, clock, sealer, keys, furnish }: AccountsDependencies): Accounts => ({
  list: () => keys.list(),
  create: async (id) => {
    if ((await keys.list()).length >= mostAccounts)
      throw new AccountError(`There are ${mostAccounts} accounts already`);
    const account = id === undefined ? freeNumber() : numberFrom(id);
    // What was cut off before the key was made leaves no account, and is made again.
    await furnish(account);
    const made = await ensureRootAccessKey(store, sealer, clock, account);
    if (!made.isNew) throw new AccountError(`There is an account ${account} already`);
    return { accountId: account, createdAt: made.createdAt };
  },
  rootAccessKey: (id) => keys.ofAccount(id),
});
