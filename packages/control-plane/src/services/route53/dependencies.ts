import type { Clock, Logger } from "@fleetless/kernel";
import type { ReadTransaction, Store } from "../../state/store.ts";

interface AssociableVpc {
  readonly accountId: string;
  readonly region: string;
}

export interface Route53Dependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Undefined where there is no such VPC. */
  readonly findVpc: (transaction: ReadTransaction, id: string) => Promise<AssociableVpc | undefined>;
  /** The nodes that are there to answer from zones. */
  readonly liveNodes: (transaction: ReadTransaction) => Promise<readonly string[]>;
}
