import type { ResetNetworkInterfaceAttributeRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireNetworkInterface } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const resetNetworkInterfaceAttribute = defineOperation<
  Ec2Dependencies,
  ResetNetworkInterfaceAttributeRequest,
  Record<string, never>
>({
  authorise: onIds("ResetNetworkInterfaceAttribute", (input) => [input.NetworkInterfaceId]),
  handle: async (input, call, { store }) => {
    await store.read((transaction) =>
      requireNetworkInterface(transaction, scopeOfCall(call), input.NetworkInterfaceId),
    );
    // The check of source and destination is always on, which is what a reset makes of it.
    return {};
  },
});
