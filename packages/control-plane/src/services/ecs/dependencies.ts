import type { Clock, Isolation, Logger, WorkloadId } from "@fleetless/kernel";
import type { Compute, SessionLogTarget } from "../../compute/service.ts";
import type { SessionLog, Sessions } from "../../sessions/sessions.ts";
import type { UsageRecords } from "../../state/append/usage-records.ts";
import type { Store } from "../../state/store.ts";
import type { NetworkInterfaces } from "../ec2/service.ts";
import type { TransactionBatches } from "./transaction-batches.ts";

/** What ECS needs of other rooms. */
export interface EcsServiceDependencies {
  readonly store: Store;
  readonly usageRecords: UsageRecords;
  readonly compute: Compute;
  readonly networkInterfaces: NetworkInterfaces;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The isolation that tasks get; `auto` leaves it to the node. */
  readonly isolation: Isolation;
  readonly sessions: Pick<Sessions, "grant">;
  readonly sessionLog: (workload: WorkloadId, stream: string, target: SessionLogTarget) => SessionLog;
  /** After how long without input and output a session ends, in milliseconds. */
  readonly sessionIdleMilliseconds: number;
}

/** What the handlers and controllers of ECS work with. */
export interface EcsDependencies extends EcsServiceDependencies {
  readonly launches: TransactionBatches;
  readonly registrations: TransactionBatches;
}
