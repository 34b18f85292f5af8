import type { MeasuredUsage } from "@fleetless/kernel";
import type { UsageRecord } from "../state/append/usage-records.ts";

/** What is on record of a task's use: all that its bill and its right size are made of, as it was at its launch. */
export interface TaskUsage {
  readonly taskId: string;
  readonly taskArn: string;
  readonly accountId: string;
  readonly region: string;
  readonly cluster: string;
  /** Of a task that a service started. */
  readonly service?: string;
  readonly family: string;
  readonly revision: number;
  readonly group: string;
  readonly startedBy?: string;
  readonly availabilityZone: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly spot: boolean;
  readonly architecture: "X86_64" | "ARM64";
  /** 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
  /** Milliseconds since the Unix epoch. */
  readonly pullStartedAt: number;
  /** When its last container had ended; absent while it runs. */
  readonly endedAt?: number;
  readonly measured?: MeasuredUsage;
}

export const usageRecordOf = (usage: TaskUsage, isFinal: boolean): UsageRecord => ({
  id: usage.taskId,
  accountId: usage.accountId,
  startedAt: usage.pullStartedAt,
  endedAt: usage.endedAt,
  isFinal,
  body: JSON.stringify(usage),
});

/** What `usageRecordOf` wrote. */
export const taskUsageOf = (record: UsageRecord): TaskUsage => JSON.parse(record.body);
