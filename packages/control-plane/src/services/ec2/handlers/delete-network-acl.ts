import type { DeleteNetworkAclRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, networkAcls } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { hasDependencies, invalidParameterValue } from "../errors.ts";
import { requireNetworkAcl } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteNetworkAcl = defineOperation<Ec2Dependencies, DeleteNetworkAclRequest, Record<string, never>>({
  authorise: onIds("DeleteNetworkAcl", (input) => [input.NetworkAclId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const acl = await requireNetworkAcl(transaction, scopeOfCall(call), input.NetworkAclId);
      if (acl.isDefault) throw invalidParameterValue(`cannot delete default network ACL ${acl.id}`);
      if (acl.associations.length > 0) throw hasDependencies("networkAcl", acl.id);
      transaction.delete(networkAcls, keyInVpc(acl));
    });
    return {};
  },
});
