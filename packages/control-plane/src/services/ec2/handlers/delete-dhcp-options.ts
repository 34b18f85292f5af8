import type { DeleteDhcpOptionsRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { dhcpOptions } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { hasDependencies } from "../errors.ts";
import { requireDhcpOptions } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { vpcsOf } from "../repository.ts";

export const deleteDhcpOptions = defineOperation<Ec2Dependencies, DeleteDhcpOptionsRequest, Record<string, never>>({
  authorise: onIds("DeleteDhcpOptions", (input) => [input.DhcpOptionsId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const record = await requireDhcpOptions(transaction, scopeOfCall(call), input.DhcpOptionsId);
      const users = (await vpcsOf(transaction, scopeOfCall(call))).some((vpc) => vpc.dhcpOptionsId === record.id);
      if (users || record.isDefault) throw hasDependencies("dhcpOptions", record.id);
      transaction.delete(dhcpOptions, record.id);
    });
    return {};
  },
});
