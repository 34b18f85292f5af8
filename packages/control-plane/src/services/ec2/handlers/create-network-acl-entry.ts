import type { CreateNetworkAclEntryRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, networkAcls } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { networkAclEntryExists, tooManyAclEntries } from "../errors.ts";
import { isEntry, readAclEntry, sortEntries } from "../network-acl-entries.ts";
import { requireNetworkAcl } from "../ownership.ts";
import { onIds } from "../permissions.ts";

/** AWS's quota is 20 in each direction and may be raised to this. */
const maximumEntries = 40;

export const createNetworkAclEntry = defineOperation<
  Ec2Dependencies,
  CreateNetworkAclEntryRequest,
  Record<string, never>
>({
  authorise: onIds("CreateNetworkAclEntry", (input) => [input.NetworkAclId]),
  handle: async (input, call, { store }) => {
    const entry = readAclEntry(input);
    await store.transaction(async (transaction) => {
      const acl = await requireNetworkAcl(transaction, scopeOfCall(call), input.NetworkAclId);
      if (acl.entries.some(isEntry(entry.ruleNumber, entry.egress))) throw networkAclEntryExists(entry.ruleNumber);
      if (acl.entries.filter(({ egress }) => egress === entry.egress).length > maximumEntries) {
        throw tooManyAclEntries();
      }
      transaction.put(networkAcls, keyInVpc(acl), { ...acl, entries: sortEntries([...acl.entries, entry]) });
    });
    return {};
  },
});
