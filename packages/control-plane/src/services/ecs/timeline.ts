import type { TimelineStep, Wait, WorkloadPhase } from "@fleetless/kernel";
import type { Compute } from "../../compute/service.ts";
import type { Store } from "../../state/store.ts";
import { findTaskById } from "./repository.ts";

/** How a task came to where it is, step by step; AWS has no API for this. */
export interface TaskTimeline {
  readonly taskArn: string;
  readonly lastStatus: WorkloadPhase;
  readonly desiredStatus: "RUNNING" | "STOPPED";
  readonly isolation?: "gvisor" | "runc";
  readonly stopCode?: string;
  readonly stoppedReason?: string;
  /** Milliseconds since the Unix epoch, like all times here. */
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly stoppedAt?: number;
  readonly steps: readonly TimelineStep[];
  /** What keeps it from RUNNING now. */
  readonly waits: readonly Wait[];
}

/** By a task's id or ARN; undefined where there is no such task in the account. */
export const readTimeline = (
  store: Store,
  compute: Pick<Compute, "readStatus">,
  taskIdOrArn: string,
): Promise<TaskTimeline | undefined> =>
  store.read(async (transaction) => {
    const task = await findTaskById(transaction, taskIdOrArn.slice(taskIdOrArn.lastIndexOf("/") + 1));
    if (task === undefined) return undefined;
    if (taskIdOrArn.startsWith("arn:") && task.arn !== taskIdOrArn) return undefined;
    const status = await compute.readStatus(transaction, task.id);
    const stopCode = status?.stopCode ?? task.stop?.code;
    const stoppedReason = status?.stoppedReason ?? task.stop?.reason;
    return {
      taskArn: task.arn,
      lastStatus: status?.phase ?? "PROVISIONING",
      desiredStatus: task.desiredStatus,
      ...(status?.isolation === undefined ? {} : { isolation: status.isolation }),
      ...(stopCode === undefined ? {} : { stopCode }),
      ...(stoppedReason === undefined ? {} : { stoppedReason }),
      createdAt: task.createdAt,
      ...(status?.times.startedAt === undefined ? {} : { startedAt: status.times.startedAt }),
      ...(status?.times.stoppedAt === undefined ? {} : { stoppedAt: status.times.stoppedAt }),
      steps: status?.timeline ?? [],
      waits: status?.waits ?? [],
    };
  });
