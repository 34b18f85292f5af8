import type { ContainerSpec, SessionResult, Workload, WorkloadId } from "@fleetless/kernel";

/** Carries what containers write to where their log configuration says, live, in order, across restarts. */
export interface LogRouter {
  /**
   * Checks the container's log options and makes its stream; a refusal is worded as ECS does
   * (`failed to validate logger args: …`). Called before the container is created; may be repeated.
   */
  open(workload: Workload, container: ContainerSpec, outputPath: string): Promise<SessionResult<void>>;
  /** The container has exited for good: delivers what is left, for at most `timeoutMilliseconds`, and stops. */
  drain(workloadId: WorkloadId, containerName: string, timeoutMilliseconds: number): Promise<void>;
  close(): Promise<void>;
}
