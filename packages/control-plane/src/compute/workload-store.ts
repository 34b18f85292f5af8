import type { NodeId, WorkloadId } from "@fleetless/kernel";
import type { ReadTransaction } from "../state/store.ts";
import { nodes, type WorkloadRecord, type WorkloadStatusRecord, workloadStatuses, workloads } from "./collections.ts";

export const workloadKey = (node: NodeId, id: WorkloadId): string => `${node}/${id}`;

export const findWorkload = async (
  transaction: ReadTransaction,
  id: WorkloadId,
): Promise<WorkloadRecord | undefined> => {
  const [found] = await transaction.list(workloads, { index: { name: "id", value: id }, limit: 1 });
  return found?.document;
};

export const readStatus = (transaction: ReadTransaction, id: WorkloadId): Promise<WorkloadStatusRecord | undefined> =>
  transaction.get(workloadStatuses, id);

export const isNodeLost = async (transaction: ReadTransaction, id: NodeId): Promise<boolean> =>
  (await transaction.get(nodes, id))?.state !== "READY";
