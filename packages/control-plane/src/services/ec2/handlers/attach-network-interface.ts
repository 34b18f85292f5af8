import type { AttachNetworkInterfaceRequest, AttachNetworkInterfaceResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Ec2Dependencies } from "../dependencies.ts";
import { notSupported } from "../errors.ts";
import { onIds } from "../permissions.ts";

export const attachNetworkInterface = defineOperation<
  Ec2Dependencies,
  AttachNetworkInterfaceRequest,
  AttachNetworkInterfaceResult
>({
  authorise: onIds("AttachNetworkInterface", (input) => [input.NetworkInterfaceId]),
  handle: async () => {
    throw notSupported("Attaching a network interface to an instance (tasks get theirs from ECS as they start)");
  },
});
