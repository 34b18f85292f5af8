import type { VpcId, VpcSpec } from "@fleetless/kernel";
import type { Change, ReadTransaction } from "../state/store.ts";

/** What the VPC service tells about networks; given by the composition root. */
export interface VpcSource {
  /** Throws a ServiceError with the code InvalidVpcID.NotFound where the VPC is gone. */
  readVpcSpec(transaction: ReadTransaction, id: VpcId): Promise<VpcSpec>;
  /** The VPC that a change may have altered. */
  vpcChangedBy(change: Change): VpcId | undefined;
  /** VPCs that every node sets up ahead of need, such as the default one. */
  readyOnEveryNode(): Promise<readonly VpcId[]>;
}
