import type { Call } from "../../gateway/call.ts";
import type { Transaction } from "../../state/store.ts";
import { type PolicyRecord, policies } from "./collections.ts";
import type { IamDependencies } from "./dependencies.ts";
import { managedByAws } from "./errors.ts";
import { requirePolicy } from "./policy-uses.ts";
import { entityKey } from "./repository.ts";
import { checkPolicyArn } from "./validation.ts";

/** Writes what `change` makes of a policy of the account; AWS's own cannot be changed. */
export const changePolicy = (
  { store }: IamDependencies,
  call: Call,
  policyArn: string | undefined,
  change: (policy: PolicyRecord, transaction: Transaction) => PolicyRecord | Promise<PolicyRecord>,
): Promise<PolicyRecord> => {
  const arn = checkPolicyArn(policyArn);
  return store.transaction(async (transaction) => {
    const policy = await requirePolicy(transaction, call.accountId, arn);
    if (policy.accountId === "aws") throw managedByAws(arn);
    const changed = await change(policy, transaction);
    transaction.put(policies, entityKey(call.accountId, policy.policyName), changed);
    return changed;
  });
};

export const mostVersions = 5;
