import type { DeleteNetworkAclEntryRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, networkAcls } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { missingParameter, networkAclEntryNotFound } from "../errors.ts";
import { isEntry } from "../network-acl-entries.ts";
import { requireNetworkAcl } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteNetworkAclEntry = defineOperation<
  Ec2Dependencies,
  DeleteNetworkAclEntryRequest,
  Record<string, never>
>({
  authorise: onIds("DeleteNetworkAclEntry", (input) => [input.NetworkAclId]),
  handle: async (input, call, { store }) => {
    const { RuleNumber: ruleNumber, Egress: egress = false } = input;
    if (ruleNumber === undefined) throw missingParameter("ruleNumber");
    await store.transaction(async (transaction) => {
      const acl = await requireNetworkAcl(transaction, scopeOfCall(call), input.NetworkAclId);
      const isSame = isEntry(ruleNumber, egress);
      if (ruleNumber >= 32_767 || !acl.entries.some(isSame)) {
        throw networkAclEntryNotFound(acl.id, egress ? "egress" : "ingress", ruleNumber);
      }
      const entries = acl.entries.filter((entry) => !isSame(entry));
      transaction.put(networkAcls, keyInVpc(acl), { ...acl, entries });
    });
    return {};
  },
});
