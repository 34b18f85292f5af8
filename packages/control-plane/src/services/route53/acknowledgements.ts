import type { ReadTransaction, Store, Transaction } from "../../state/store.ts";
import { type ChangeRecord, changes } from "./collections.ts";
import type { Route53Dependencies } from "./dependencies.ts";

type LiveNodes = Route53Dependencies["liveNodes"];

const isEverywhere = async (
  transaction: ReadTransaction,
  change: ChangeRecord,
  liveNodes: LiveNodes,
): Promise<boolean> => (await liveNodes(transaction)).every((node) => change.nodes.includes(node));

/** A node answers from zones as they are with these changes. */
export const acknowledgeChanges = async (
  { store, liveNodes }: { readonly store: Store; readonly liveNodes: LiveNodes },
  node: string,
  ids: readonly string[],
): Promise<void> => {
  if (ids.length === 0) return;
  await store.transaction(async (transaction) => {
    for (const id of ids) {
      const change = await transaction.get(changes, id);
      if (change?.status !== "PENDING") continue;
      const seen = { ...change, nodes: [...new Set([...change.nodes, node])] };
      const status = (await isEverywhere(transaction, seen, liveNodes)) ? "INSYNC" : "PENDING";
      transaction.put(changes, id, { ...seen, status });
    }
  });
};

/** Ends the wait for nodes that are gone. Answers the change as it is then. */
export const settleChange = async (
  transaction: Transaction,
  id: string,
  liveNodes: LiveNodes,
): Promise<ChangeRecord | undefined> => {
  const change = await transaction.get(changes, id);
  if (change?.status !== "PENDING" || !(await isEverywhere(transaction, change, liveNodes))) return change;
  const settled: ChangeRecord = { ...change, status: "INSYNC" };
  transaction.put(changes, id, settled);
  return settled;
};
