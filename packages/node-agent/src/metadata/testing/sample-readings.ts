import { nodeId, type Workload, type WorkloadStatus } from "@fleetless/kernel";
import type { InterfaceUsage } from "../../network/contract.ts";
import type { ContainerUsage } from "../../runtime/contract.ts";

export const containerUsage = (cpu: number): ContainerUsage => ({
  name: "app",
  cpuNanoseconds: cpu,
  cpuUserNanoseconds: cpu - 1,
  cpuSystemNanoseconds: 1,
  memoryBytes: 2_048,
  memoryMaximumBytes: 4_096,
  memoryLimitBytes: 8_192,
  memoryCacheBytes: 512,
  pids: 3,
  blockReadBytes: 7,
  blockWriteBytes: 9,
});
export const interfaceUsage = (received: number): InterfaceUsage => ({
  receivedBytes: received,
  receivedPackets: 10,
  receivedErrors: 0,
  receivedDropped: 0,
  sentBytes: 500,
  sentPackets: 5,
  sentErrors: 0,
  sentDropped: 0,
});

export const runningStatus = (of: Workload, now: number): WorkloadStatus => ({
  id: of.id,
  nodeId: nodeId("node-1"),
  observedRevision: 1,
  sequence: 1,
  phase: "RUNNING",
  attachmentStatus: "ATTACHED",
  healthStatus: "HEALTHY",
  times: { pullStartedAt: now },
  timeline: [],
  containers: [
    {
      name: "app",
      status: "RUNNING",
      runtimeId: `${of.id}-0123456789`,
      healthStatus: "HEALTHY",
      restartCount: 0,
      startedAt: now,
    },
  ],
});
