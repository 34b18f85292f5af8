import type { WorkloadStatus } from "@fleetless/kernel";
import type { TaskUsage } from "../../metering/task-usage.ts";
import type { TaskRecord } from "./collections.ts";

const servicePrefix = "service:";

/**
 * What a task has used, from what is recorded and observed of it; undefined before its first image pull. It ends when
 * its last container did: what the node takes to tidy up, or to be there again, is not the task's.
 */
export const usageOfTask = (task: TaskRecord, status: WorkloadStatus | undefined): TaskUsage | undefined => {
  const pullStartedAt = status?.times.pullStartedAt;
  if (pullStartedAt === undefined) return undefined;
  const [accountId = "", region = "", cluster = ""] = task.clusterKey.split("/");
  const endedAt = status?.times.executionStoppedAt ?? status?.times.stoppedAt;
  const revision = Number(task.taskDefinitionArn.slice(task.taskDefinitionArn.lastIndexOf(":") + 1));
  return {
    taskId: task.id,
    taskArn: task.arn,
    accountId,
    region,
    cluster,
    ...(task.group.startsWith(servicePrefix) ? { service: task.group.slice(servicePrefix.length) } : {}),
    family: task.family,
    revision,
    group: task.group,
    ...(task.startedBy === undefined ? {} : { startedBy: task.startedBy }),
    availabilityZone: task.availabilityZone,
    tags: task.tags,
    spot: task.capacityProviderName === "FARGATE_SPOT",
    architecture: task.architecture,
    cpuUnits: Number(task.cpu),
    memoryMiB: Number(task.memory),
    ephemeralStorageGiB: task.ephemeralStorageGiB,
    pullStartedAt,
    ...(endedAt === undefined ? {} : { endedAt }),
    ...(status?.measured === undefined ? {} : { measured: status.measured }),
  };
};
