import { type PlacementRequest, type PlacementResult, place, type ZoneLoad } from "@fleetless/engine";
import {
  type Clock,
  type Logger,
  type NodeId,
  type StopRequest,
  type Workload,
  type WorkloadId,
  type WorkloadStatus,
  workloadId,
} from "@fleetless/kernel";
import type { Controller } from "../gateway/service.ts";
import type { Change, ReadTransaction, Store, Transaction } from "../state/store.ts";
import { addSize, noCapacity, sizeOfNode, subtractSize } from "./capacity.ts";
import { nodeAllocations, nodeVpcs, workloadStatuses, workloads } from "./collections.ts";
import { createLeaseController } from "./lease-controller.ts";
import { schedulableNodes } from "./nodes.ts";
import { type WantedImages, wantImages } from "./warm-images.ts";
import { findWorkload, isNodeLost, readStatus, workloadKey } from "./workload-store.ts";

export { createFeedController } from "./feed-controller.ts";
export { createNodeSessions } from "./node-sessions.ts";
export { liveNodes } from "./nodes.ts";
export { createSessionLog, type SessionLogTarget } from "./session-log.ts";
export { taskRoleDenial } from "./task-role.ts";
export type { WantedImages } from "./warm-images.ts";
export { denialOf, mayTasksAssume, passageTo, tasksService } from "./workload-principal.ts";
export { isWorkloadSessionOver } from "./workload-roles.ts";
export type { SecretValues } from "./workload-secrets.ts";

interface PlacedWorkload {
  readonly nodeId: NodeId;
  readonly accountId: string;
  readonly region: string;
  readonly workload: Workload;
}

export interface ObservedWorkload {
  readonly workload: Workload;
  readonly nodeId: NodeId;
  /** Undefined until the node's first report. */
  readonly status: WorkloadStatus | undefined;
  /** How often its observed state changed: 0 until the node's first report, and never less than it was. */
  readonly changes: number;
  /** The node has not been heard of for longer than its lease. */
  readonly nodeLost: boolean;
}

/** Fargate itself: machines, and the workloads placed on them. It knows nothing of ECS. */
export interface Compute {
  /**
   * Takes capacity on machines for as many of the request as there is room for now. `zones` are where they may
   * go, in order of preference. Follow each placement with `startWorkload` in the same transaction.
   */
  placeWorkloads(
    transaction: Transaction,
    request: PlacementRequest,
    zones: readonly ZoneLoad[],
  ): Promise<PlacementResult>;
  /** Makes the workload desired on the node that `placeWorkloads` chose for it. */
  startWorkload(transaction: Transaction, placed: PlacedWorkload): Promise<void>;
  /** Wants a workload stopped; the first reason given stays. Answers false where there is no such workload. */
  stopWorkload(transaction: Transaction, id: WorkloadId, stop: StopRequest): Promise<boolean>;
  /** Changes the tags that the workload's metadata shows. */
  retagWorkload(transaction: Transaction, id: WorkloadId, tags: Readonly<Record<string, string>>): Promise<void>;
  readWorkload(transaction: ReadTransaction, id: WorkloadId): Promise<ObservedWorkload | undefined>;
  readStatus(transaction: ReadTransaction, id: WorkloadId): Promise<WorkloadStatus | undefined>;
  /** Gives a workload's capacity back, once it is observed STOPPED. Repeating it does nothing. */
  releaseWorkload(transaction: Transaction, id: WorkloadId): Promise<void>;
  /** Forgets a workload and its status; the node removes what is left of it. */
  deleteWorkload(transaction: Transaction, id: WorkloadId): Promise<void>;
  /** Wants images ready on every node, in place of those that the same owner, an ARN, wanted; none where undefined. */
  wantImages(transaction: Transaction, owner: string, wanted: WantedImages | undefined): Promise<void>;
  /** The workload whose observed state a change of the store altered. */
  workloadObservedBy(change: Change): WorkloadId | undefined;
  readonly controllers: readonly Controller[];
}

export interface ComputeDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const createCompute = (dependencies: ComputeDependencies): Compute => ({
  placeWorkloads: async (transaction, request, zones) => {
    const candidates = await schedulableNodes(transaction, dependencies.clock.now());
    const result = place(
      request,
      candidates.map(({ description, allocated }) => ({
        id: description.id,
        architecture: description.architecture,
        isolations: description.isolations,
        free: subtractSize(sizeOfNode(description), allocated),
      })),
      zones,
    );
    for (const { description, allocated } of candidates) {
      const placed = result.placements.filter(({ nodeId }) => nodeId === description.id);
      if (placed.length === 0) continue;
      const taken = placed.reduce((sum) => addSize(sum, request.size), allocated);
      transaction.put(nodeAllocations, description.id, { allocated: taken });
    }
    return result;
  },

  startWorkload: async (transaction, placed) => {
    const { nodeId, workload } = placed;
    transaction.insert(workloads, workloadKey(nodeId, workload.id), { ...placed, released: false });
    const { vpcId } = workload.networkInterface;
    const key = `${nodeId}/${vpcId}`;
    if ((await transaction.get(nodeVpcs, key)) === undefined) transaction.put(nodeVpcs, key, { vpcId });
  },

  stopWorkload: async (transaction, id, stop) => {
    const record = await findWorkload(transaction, id);
    if (record === undefined) return false;
    const { workload } = record;
    if (workload.desiredStatus === "STOPPED") return true;
    transaction.put(workloads, workloadKey(record.nodeId, id), {
      ...record,
      workload: { ...workload, revision: workload.revision + 1, desiredStatus: "STOPPED", stop },
    });
    return true;
  },

  retagWorkload: async (transaction, id, tags) => {
    const record = await findWorkload(transaction, id);
    if (record === undefined || record.released) return;
    const { workload } = record;
    transaction.put(workloads, workloadKey(record.nodeId, id), {
      ...record,
      workload: { ...workload, revision: workload.revision + 1, metadata: { ...workload.metadata, tags } },
    });
  },

  readWorkload: async (transaction, id) => {
    const record = await findWorkload(transaction, id);
    if (record === undefined) return undefined;
    const status = await readStatus(transaction, id);
    return {
      workload: record.workload,
      nodeId: record.nodeId,
      status,
      changes: status?.changes ?? 0,
      nodeLost: await isNodeLost(transaction, record.nodeId),
    };
  },

  readStatus,

  releaseWorkload: async (transaction, id) => {
    const record = await findWorkload(transaction, id);
    if (record === undefined || record.released) return;
    const allocation = await transaction.get(nodeAllocations, record.nodeId);
    transaction.put(nodeAllocations, record.nodeId, {
      allocated: subtractSize(allocation?.allocated ?? noCapacity, record.workload.size),
    });
    transaction.put(workloads, workloadKey(record.nodeId, id), { ...record, released: true });
  },

  deleteWorkload: async (transaction, id) => {
    const record = await findWorkload(transaction, id);
    if (record === undefined) return;
    transaction.delete(workloads, workloadKey(record.nodeId, id));
    transaction.delete(workloadStatuses, id);
  },

  wantImages,

  workloadObservedBy: (change) => (change.collection === workloadStatuses.name ? workloadId(change.key) : undefined),

  controllers: [createLeaseController(dependencies)],
});
