import type { Clock } from "@fleetless/kernel";
import type { ReadTransaction, Store } from "../../state/store.ts";
import type { ManagedZones } from "../route53/service.ts";

export interface VpcPlace {
  readonly vpcId: string;
  readonly region: string;
}

export interface ServiceDiscoveryDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly zones: ManagedZones;
  /** A VPC of the account's; undefined where it has none of that id. */
  readonly vpcOf: (transaction: ReadTransaction, id: string, accountId: string) => Promise<VpcPlace | undefined>;
}
