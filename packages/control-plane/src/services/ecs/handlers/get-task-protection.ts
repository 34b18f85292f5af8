import type { GetTaskProtectionRequest, GetTaskProtectionResponse } from "@aws-sdk/client-ecs";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { onTasks } from "../permissions.ts";
import { protectionOf } from "../task-protection.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_GetTaskProtection.html */
export const getTaskProtection = defineOperation<EcsDependencies, GetTaskProtectionRequest, GetTaskProtectionResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => onTasks("ecs:GetTaskProtection", call, input.cluster, input.tasks),
  },
  handle: async (input, call, { store }) => {
    const now = call.clock.now();
    const request = { cluster: input.cluster, tasks: input.tasks ?? [], now };
    return store.read((transaction) => protectionOf(transaction, call, request, undefined));
  },
});
