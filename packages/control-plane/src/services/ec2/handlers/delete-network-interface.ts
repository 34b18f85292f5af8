import type { DeleteNetworkInterfaceRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { interfaceInUse } from "../errors.ts";
import { releaseNetworkInterfaceTo } from "../interface-records.ts";
import { requireNetworkInterface } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteNetworkInterface = defineOperation<
  Ec2Dependencies,
  DeleteNetworkInterfaceRequest,
  Record<string, never>
>({
  authorise: onIds("DeleteNetworkInterface", (input) => [input.NetworkInterfaceId]),
  handle: async (input, call, { store, publicAddresses }) => {
    await store.transaction(async (transaction) => {
      const record = await requireNetworkInterface(transaction, scopeOfCall(call), input.NetworkInterfaceId);
      if (record.ec2AttachmentId !== undefined || record.madeByCaller !== true) throw interfaceInUse(record.id);
      await releaseNetworkInterfaceTo(transaction, record.id, publicAddresses);
    });
    return {};
  },
});
