import type { ReadTransaction } from "../../state/store.ts";
import { awsPrefixLists } from "./aws-prefix-lists.ts";
import type { PrefixListEntryRecord, PrefixListRecord } from "./connectivity-collections.ts";
import { missingParameter, operationNotPermitted, prefixListNotFound } from "./errors.ts";
import { findPrefixList, type Scope } from "./repository.ts";

/** The managed prefix list that an id names: the account's own or one of AWS's. Throws InvalidPrefixListID.NotFound. */
export const requirePrefixList = async (
  transaction: ReadTransaction,
  scope: Scope,
  id: string | undefined,
): Promise<PrefixListRecord> => {
  if (id === undefined || id === "") throw missingParameter("prefixListId");
  const managed = awsPrefixLists(scope.region).find((list) => list.id === id);
  if (managed !== undefined) return managed;
  const found = await findPrefixList(transaction, id);
  if (found === undefined || found.accountId !== scope.accountId || found.region !== scope.region) {
    throw prefixListNotFound(id);
  }
  return found;
};

/** What a list holds in its newest version. */
export const entriesOfList = (list: PrefixListRecord): readonly PrefixListEntryRecord[] =>
  list.versions[list.version - 1] ?? [];

/** A list of the account's own: AWS's are not for callers to change. */
export const requireOwnList = async (
  transaction: ReadTransaction,
  scope: Scope,
  id: string | undefined,
): Promise<PrefixListRecord> => {
  const list = await requirePrefixList(transaction, scope, id);
  if (list.accountId !== scope.accountId) {
    throw operationNotPermitted(`The prefix list ${list.id} is managed by AWS and cannot be changed.`);
  }
  return list;
};
