import type { Clock, Isolation, Logger } from "@fleetless/kernel";
import type { Compute } from "../../compute/service.ts";
import type { Store } from "../../state/store.ts";
import type { NetworkInterfaces } from "../ec2/service.ts";
import type { TransactionBatches } from "./transaction-batches.ts";

/** What ECS needs of other rooms. */
export interface EcsServiceDependencies {
  readonly store: Store;
  readonly compute: Compute;
  readonly networkInterfaces: NetworkInterfaces;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The isolation that tasks get; `auto` leaves it to the node. */
  readonly isolation: Isolation;
}

/** What the handlers and controllers of ECS work with. */
export interface EcsDependencies extends EcsServiceDependencies {
  readonly launches: TransactionBatches;
  readonly registrations: TransactionBatches;
}
