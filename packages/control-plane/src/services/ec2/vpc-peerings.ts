import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { type PeeringSide, type VpcPeeringRecord, vpcPeerings } from "./connectivity-collections.ts";
import { missingParameter, vpcPeeringNotFound, wrongPeeringState } from "./errors.ts";
import { touchVpc } from "./ownership.ts";
import { findVpcPeering, type Scope } from "./repository.ts";
import { peeringStatus } from "./views/vpc-peering.ts";

/** A peering that the account sees from either side. Throws InvalidVpcPeeringConnectionID.NotFound. */
export const requireVpcPeering = async (
  transaction: ReadTransaction,
  scope: Scope,
  id: string | undefined,
): Promise<VpcPeeringRecord> => {
  if (id === undefined || id === "") throw missingParameter("vpcPeeringConnectionId");
  const peering = await findVpcPeering(transaction, id);
  const isSide = (side: PeeringSide): boolean => side.accountId === scope.accountId && side.region === scope.region;
  if (peering === undefined || !(isSide(peering.requester) || isSide(peering.accepter))) {
    throw vpcPeeringNotFound(id);
  }
  return peering;
};

/** Throws InvalidStateTransition where the peering is not in one of the states that allow this. */
export const requireStatus = (
  peering: VpcPeeringRecord,
  now: number,
  allowed: readonly VpcPeeringRecord["status"][],
  wanted: string,
): void => {
  const status = peeringStatus(peering, now);
  if (!allowed.some((one) => one === status)) throw wrongPeeringState(peering.id, status, wanted);
};

/** Writes the peering and has the nodes of both VPCs learn of it. */
export const putPeering = (transaction: Transaction, peering: VpcPeeringRecord): void => {
  transaction.put(vpcPeerings, peering.id, peering);
  touchVpc(transaction, peering.requester.vpcId);
  touchVpc(transaction, peering.accepter.vpcId);
};
