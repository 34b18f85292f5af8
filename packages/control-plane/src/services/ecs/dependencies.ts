import type { Clock, Isolation, Logger } from "@fleetless/kernel";
import type { Compute } from "../../compute/service.ts";
import type { Store } from "../../state/store.ts";
import type { NetworkInterfaces } from "../ec2/service.ts";

/** What the handlers and controllers of ECS work with. */
export interface EcsDependencies {
  readonly store: Store;
  readonly compute: Compute;
  readonly networkInterfaces: NetworkInterfaces;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The isolation that tasks get; `auto` leaves it to the node. */
  readonly isolation: Isolation;
}
