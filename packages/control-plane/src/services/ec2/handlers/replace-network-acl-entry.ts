import type { ReplaceNetworkAclEntryRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, networkAcls } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { networkAclEntryNotFound } from "../errors.ts";
import { isEntry, readAclEntry } from "../network-acl-entries.ts";
import { requireNetworkAcl } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const replaceNetworkAclEntry = defineOperation<
  Ec2Dependencies,
  ReplaceNetworkAclEntryRequest,
  Record<string, never>
>({
  authorise: onIds("ReplaceNetworkAclEntry", (input) => [input.NetworkAclId]),
  handle: async (input, call, { store }) => {
    const entry = readAclEntry(input);
    await store.transaction(async (transaction) => {
      const acl = await requireNetworkAcl(transaction, scopeOfCall(call), input.NetworkAclId);
      const isSame = isEntry(entry.ruleNumber, entry.egress);
      if (!acl.entries.some(isSame)) {
        throw networkAclEntryNotFound(acl.id, entry.egress ? "egress" : "ingress", entry.ruleNumber);
      }
      const entries = acl.entries.map((known) => (isSame(known) ? entry : known));
      transaction.put(networkAcls, keyInVpc(acl), { ...acl, entries });
    });
    return {};
  },
});
