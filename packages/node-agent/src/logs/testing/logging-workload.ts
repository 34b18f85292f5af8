import { type ContainerSpec, newWorkloadId, type Workload, type WorkloadId } from "@fleetless/kernel";
import { sampleContainer, sampleWorkload } from "@fleetless/kernel/testing";

export const logOptions = {
  "awslogs-group": "/web",
  "awslogs-region": "us-east-1",
  "awslogs-stream-prefix": "web",
};

/** A container that logs with these options. */
export const loggingContainer = (options: Readonly<Record<string, string>> = logOptions): ContainerSpec =>
  sampleContainer("app", { log: { driver: "awslogs", options } });

export const loggingWorkload = (container: ContainerSpec, id: WorkloadId = newWorkloadId()): Workload =>
  sampleWorkload({ id, containers: [container] });
