import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { type PolicyRecord, policies } from "./collections.ts";
import { policyArnNotFound, policyNotFound } from "./errors.ts";
import { attachmentsOf, entityKey, findPolicy } from "./repository.ts";

export interface PolicyUses {
  readonly attachments: number;
  readonly boundaries: number;
}

/** How many users, groups and roles have a policy attached, or as their boundary. */
export const policyUses = async (transaction: ReadTransaction, accountId: string, arn: string): Promise<PolicyUses> => {
  const attached = await attachmentsOf(transaction, accountId, arn);
  const bounded = await attachmentsOf(transaction, accountId, arn, "boundary");
  return {
    attachments: attached.users.length + attached.roles.length + attached.groups.length,
    boundaries: bounded.users.length + bounded.roles.length,
  };
};

export const requirePolicy = async (
  transaction: ReadTransaction,
  accountId: string,
  arn: string,
): Promise<PolicyRecord> => {
  const policy = await findPolicy(transaction, accountId, arn);
  if (policy === undefined) throw policyArnNotFound(arn);
  return policy;
};

/** Throws NoSuchEntity where a policy that is to be attached is not there. */
export const usePolicy = async (transaction: Transaction, accountId: string, arn: string): Promise<void> => {
  const policy = await findPolicy(transaction, accountId, arn);
  if (policy === undefined) throw policyNotFound(arn);
  // Written as it is, so that a deletion at the same time meets this use, which its lists cannot show yet.
  if (policy.accountId === accountId) transaction.put(policies, entityKey(accountId, policy.policyName), policy);
};
