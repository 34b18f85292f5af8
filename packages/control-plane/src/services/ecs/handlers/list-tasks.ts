import type { ListTasksRequest, ListTasksResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { TaskRecord } from "../collections.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter, notSupportedYet } from "../errors.ts";
import { clusterKey } from "../identifiers.ts";
import { decodeToken, encodeToken, pageSize } from "../paging.ts";
import { clusterCondition } from "../permissions.ts";
import { desiredTasks, requireCluster } from "../repository.ts";

const groupOf = ({ serviceName }: ListTasksRequest): string | undefined =>
  serviceName === undefined ? undefined : `service:${serviceName.split("/").at(-1)}`;

const matches = (task: TaskRecord, input: ListTasksRequest): boolean =>
  (input.family === undefined || task.family === input.family) &&
  (input.startedBy === undefined || task.startedBy === input.startedBy) &&
  (input.serviceName === undefined || task.group === groupOf(input));

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListTasks.html */
export const listTasks = defineOperation<EcsDependencies, ListTasksRequest, ListTasksResponse>({
  authorise: permission(
    "ecs:ListTasks",
    () => ["*"],
    (input, call) => clusterCondition(call, input.cluster),
  ),
  handle: async (input, call, { store }) => {
    if (input.daemonName !== undefined) throw notSupportedYet("daemonName");
    const limit = pageSize(input.maxResults);
    return store.read(async (transaction) => {
      const cluster = await requireCluster(transaction, call, input.cluster);
      if (input.containerInstance !== undefined) {
        throw invalidParameter("The referenced container instance was not found.");
      }
      // ECS knows the desired status PENDING, but no task ever has it; and all tasks here are Fargate's.
      if (input.desiredStatus === "PENDING") return { taskArns: [] };
      if (input.launchType !== undefined && input.launchType !== "FARGATE") return { taskArns: [] };
      const key = clusterKey(call, cluster.name);
      let after = decodeToken(input.nextToken);
      if (after !== undefined && !after.startsWith(`${key}/`)) throw invalidParameter("Invalid token.");
      const taskArns: string[] = [];
      const wanted = {
        cluster: key,
        desiredStatus: input.desiredStatus ?? "RUNNING",
        startedBy: input.startedBy,
        group: groupOf(input),
        family: input.family,
      };
      const batchSize = limit + 1;
      for (;;) {
        const batch = await desiredTasks(transaction, wanted, {
          ...(after === undefined ? {} : { after }),
          limit: batchSize,
        });
        for (const [index, stored] of batch.entries()) {
          after = stored.key;
          if (matches(stored.document, input)) taskArns.push(stored.document.arn);
          const more = index + 1 < batch.length || batch.length === batchSize;
          if (taskArns.length === limit) return { taskArns, ...(more ? { nextToken: encodeToken(after) } : {}) };
        }
        if (batch.length < batchSize) return { taskArns };
      }
    });
  },
});
