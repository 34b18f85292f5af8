import type { UpdateTaskProtectionRequest, UpdateTaskProtectionResponse } from "@aws-sdk/client-ecs";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { onTasks } from "../permissions.ts";
import { protectionChange, protectionOf } from "../task-protection.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateTaskProtection.html */
export const updateTaskProtection = defineOperation<
  EcsDependencies,
  UpdateTaskProtectionRequest,
  UpdateTaskProtectionResponse
>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => onTasks("ecs:UpdateTaskProtection", call, input.cluster, input.tasks),
  },
  handle: async (input, call, { store }) => {
    const now = call.clock.now();
    const request = { cluster: input.cluster, tasks: input.tasks ?? [], now };
    const { protectionEnabled = false, expiresInMinutes } = input;
    const change = { protectionEnabled, ...(expiresInMinutes === undefined ? {} : { expiresInMinutes }) };
    return store.transaction((transaction) => protectionOf(transaction, call, request, protectionChange(change, now)));
  },
});
