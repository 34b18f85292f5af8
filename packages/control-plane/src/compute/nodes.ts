import type { NodeDescription, NodeId } from "@fleetless/kernel";
import type { ReadTransaction, Store } from "../state/store.ts";
import { addSize, noCapacity } from "./capacity.ts";
import { nodeAllocations, nodeLeases, nodes, nodeVpcs, workloads } from "./collections.ts";
import type { VpcSource } from "./vpc-source.ts";

/** How long a node is trusted to be there without a heartbeat. */
export const leaseMilliseconds = 15_000;

/**
 * Makes a node known, or known again after a restart. Its allocation is counted anew from its workloads, so
 * that no crash at any moment leaves capacity lost.
 */
export const registerNode = async (
  store: Store,
  description: NodeDescription,
  vpcs: VpcSource,
  now: number,
): Promise<void> => {
  const ready = await vpcs.readyOnEveryNode();
  await store.transaction(async (transaction) => {
    const existing = await transaction.get(nodes, description.id);
    const held = await transaction.list(workloads, { index: { name: "unreleased", value: description.id } });
    transaction.put(nodes, description.id, {
      description,
      registeredAt: existing?.registeredAt ?? now,
      state: "READY",
    });
    transaction.put(nodeLeases, description.id, { expiresAt: now + leaseMilliseconds });
    await transaction.get(nodeAllocations, description.id);
    transaction.put(nodeAllocations, description.id, {
      allocated: held.reduce((sum, { document }) => addSize(sum, document.workload.size), noCapacity),
    });
    for (const vpcId of ready) transaction.put(nodeVpcs, `${description.id}/${vpcId}`, { vpcId });
  });
};

/** Renews a lease; a node that was held for lost is ready again. Answers false where the node is not known. */
export const renewLease = (store: Store, id: NodeId, now: number): Promise<boolean> =>
  store.transaction(async (transaction) => {
    const node = await transaction.get(nodes, id);
    if (node === undefined) return false;
    transaction.put(nodeLeases, id, { expiresAt: now + leaseMilliseconds });
    if (node.state === "LOST") transaction.put(nodes, id, { ...node, state: "READY" });
    return true;
  });

/** Nodes whose lease has not run out. */
export const liveNodes = async (transaction: ReadTransaction, now: number): Promise<readonly string[]> =>
  (await transaction.list(nodeLeases)).filter(({ document }) => document.expiresAt > now).map(({ key }) => key);

/** Nodes that something may be placed on now, with what they have and what of it is promised. */
export const schedulableNodes = async (transaction: ReadTransaction, now: number) => {
  const leases = new Map((await transaction.list(nodeLeases)).map(({ key, document }) => [key, document]));
  const ready = (await transaction.list(nodes)).filter(
    ({ key, document }) => document.state === "READY" && (leases.get(key)?.expiresAt ?? 0) > now,
  );
  return Promise.all(
    ready.map(async ({ key, document }) => ({
      description: document.description,
      allocated: (await transaction.get(nodeAllocations, key))?.allocated ?? noCapacity,
    })),
  );
};
