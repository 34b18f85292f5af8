import type { Workload, WorkloadId, WorkloadStatus } from "@fleetless/kernel";
import type { AttachedInterface } from "../network/contract.ts";
import type { PreparedImage } from "../runtime/contract.ts";

/** What the endpoint at 169.254.170.2 needs to know of a task; kept up to date by the task runner. */
export interface MetadataSubject {
  readonly workload: Workload;
  readonly status: WorkloadStatus;
  readonly attached: AttachedInterface;
  readonly images: ReadonlyMap<string, PreparedImage>;
}

/** Serves task metadata v4 and role credentials to the task they belong to and to no other. */
export interface MetadataEndpoint {
  /** Environment for one container: ECS_CONTAINER_METADATA_URI_V4, AWS_CONTAINER_CREDENTIALS_RELATIVE_URI, … */
  environment(workload: Workload, containerName: string): Readonly<Record<string, string>>;
  update(subject: MetadataSubject): void;
  /** From here on the task's ids answer as unknown. */
  forget(workloadId: WorkloadId): void;
}
