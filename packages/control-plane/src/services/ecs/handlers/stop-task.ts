import type { StopTaskRequest, StopTaskResponse } from "@aws-sdk/client-ecs";
import { workloadId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter, taskNotFound } from "../errors.ts";
import { checkTaskIdLength, clusterKey, clusterNameOf, taskArn, taskIdOf } from "../identifiers.ts";
import { clusterCondition } from "../permissions.ts";
import { findTask, requireCluster, saveTask } from "../repository.ts";
import { isEnding, taskView } from "../task-view.ts";

const longestReason = 1_024;

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_StopTask.html */
export const stopTask = defineOperation<EcsDependencies, StopTaskRequest, StopTaskResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const cluster = clusterNameOf(call, input.cluster);
      const id = taskIdOf(call, cluster, input.task ?? "") ?? workloadId("*");
      return [
        {
          action: "ecs:StopTask",
          resources: [taskArn(call, cluster, id)],
          conditionKeys: clusterCondition(call, input.cluster),
        },
      ];
    },
  },
  handle: async (input, call, { store, compute }) => {
    if ((input.reason?.length ?? 0) > longestReason) {
      throw invalidParameter(`The reason must be at most ${longestReason} characters long.`);
    }
    checkTaskIdLength(input.task ?? "");
    return store.transaction(async (transaction) => {
      const cluster = await requireCluster(transaction, call, input.cluster);
      const id = taskIdOf(call, cluster.name, input.task ?? "");
      const task = id && (await findTask(transaction, clusterKey(call, cluster.name), id));
      if (task === undefined) throw taskNotFound();
      const observed = await compute.readWorkload(transaction, task.id);
      if (task.desiredStatus === "STOPPED" || isEnding(observed?.status)) {
        return { task: taskView(task, observed, true) };
      }
      const stop = { code: "UserInitiated" as const, reason: input.reason || "Task stopped by user" };
      const stopping = {
        ...task,
        desiredStatus: "STOPPED" as const,
        stop: { ...stop, at: call.clock.now() },
        version: task.version + 1,
      };
      saveTask(transaction, stopping);
      await compute.stopWorkload(transaction, task.id, stop);
      return { task: taskView(stopping, observed, true) };
    });
  },
});
