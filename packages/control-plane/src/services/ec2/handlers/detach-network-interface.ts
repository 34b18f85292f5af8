import type { DetachNetworkInterfaceRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Ec2Dependencies } from "../dependencies.ts";
import { operationNotPermitted } from "../errors.ts";
import { onEverything } from "../permissions.ts";

export const detachNetworkInterface = defineOperation<
  Ec2Dependencies,
  DetachNetworkInterfaceRequest,
  Record<string, never>
>({
  authorise: onEverything("DetachNetworkInterface"),
  handle: async ({ AttachmentId: id = "" }) => {
    throw operationNotPermitted(`You are not allowed to manage '${id.slice(0, 60)}' attachments.`);
  },
});
