import type { Workload } from "@fleetless/kernel";
import { settle } from "./settle.ts";
import type { ContainerState, Task } from "./task.ts";

const newContainer = (name: string): ContainerState => ({
  name,
  stage: "waiting",
  attempt: 0,
  log: "closed",
  health: { status: "UNKNOWN", failures: 0, checks: 0 },
});

/**
 * The state of a workload that the node has just seen for the first time. `isolation` is what it runs under
 * here, `auto` resolved; times are milliseconds since the Unix epoch.
 */
export const createTask = (workload: Workload, isolation: "gvisor" | "runc", now: number): Task =>
  settle(
    {
      workload,
      isolation,
      sequence: now,
      phase: "PROVISIONING",
      acceptedAt: now,
      network: "absent",
      sandbox: "absent",
      containers: workload.containers.map((container) => newContainer(container.name)),
      times: {},
      begun: {},
      retries: {},
      timeline: [
        {
          name: "place",
          startedAt: workload.createdAt,
          durationMilliseconds: Math.max(0, now - workload.createdAt),
        },
      ],
    },
    now,
  );
