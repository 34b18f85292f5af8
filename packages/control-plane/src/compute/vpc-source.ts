import type { NetworkInterfaceId, VpcId, VpcInterfacesUpdate, VpcSpec } from "@fleetless/kernel";
import type { Change, ReadTransaction } from "../state/store.ts";

/** What the VPC service tells about networks; given by the composition root. */
export interface VpcSource {
  /** Throws a ServiceError with the code InvalidVpcID.NotFound where the VPC is gone. */
  readVpcSpec(transaction: ReadTransaction, id: VpcId): Promise<VpcSpec>;
  /**
   * These interfaces of a VPC as they are now; undefined where they decide other parts of the VPC too, which must then
   * be read whole. Throws as `readVpcSpec`.
   */
  readVpcInterfaces(
    transaction: ReadTransaction,
    id: VpcId,
    interfaces: ReadonlySet<NetworkInterfaceId>,
  ): Promise<VpcInterfacesUpdate | undefined>;
  /** The VPC that a change may have altered. */
  vpcChangedBy(change: Change): VpcId | undefined;
  /** The interface where the change altered nothing of the VPC but this. */
  interfaceChangedBy(change: Change): NetworkInterfaceId | undefined;
  /** VPCs that every node sets up ahead of need, such as the default one. */
  readyOnEveryNode(): Promise<readonly VpcId[]>;
}
