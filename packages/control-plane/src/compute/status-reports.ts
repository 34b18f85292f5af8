import { type Logger, type NodeId, type WorkloadStatus, workloadPhases } from "@fleetless/kernel";
import type { Store } from "../state/store.ts";
import { workloadStatuses, workloads } from "./collections.ts";
import { workloadKey } from "./workload-store.ts";

const rank = (status: WorkloadStatus): number => workloadPhases.indexOf(status.phase);

/** What makes a change of the workload; all else is detail of the state it is in. */
const stateOf = ({ phase, healthStatus, connectivity, containers }: WorkloadStatus): string =>
  JSON.stringify([phase, healthStatus, connectivity, containers.map((container) => container.status)]);

/**
 * Keeps what a node observed. A report that is older than what is known, would move a phase back, or speaks
 * of a workload that is not (or no longer) this node's, is dropped: reports may be repeated and late.
 */
export const storeReports = (
  store: Store,
  logger: Logger,
  node: NodeId,
  statuses: readonly WorkloadStatus[],
): Promise<void> =>
  store.transaction(async (transaction) => {
    for (const status of statuses) {
      const record = await transaction.get(workloads, workloadKey(node, status.id));
      if (record === undefined) continue;
      const known = await transaction.get(workloadStatuses, status.id);
      if (known !== undefined && known.sequence >= status.sequence) continue;
      if (known !== undefined && rank(known) > rank(status)) {
        logger.warn({ workloadId: status.id, from: known.phase, to: status.phase }, "a report moves a phase back");
        continue;
      }
      const changes = (known?.changes ?? 0) + (known !== undefined && stateOf(known) === stateOf(status) ? 0 : 1);
      transaction.put(workloadStatuses, status.id, { ...status, nodeId: node, changes });
    }
  });
