import { again, type Clock, done, type Logger } from "@fleetless/kernel";
import type { Controller } from "../gateway/service.ts";
import type { Store } from "../state/store.ts";
import { nodeLeases, nodes } from "./collections.ts";
import { createFeedController } from "./feed-controller.ts";

/** Marks a node LOST once its lease is over, so that the change is seen by whoever follows the feed. */
export const createLeaseController = (dependencies: {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}): Controller => {
  const { store, clock, logger } = dependencies;
  return createFeedController({
    ...dependencies,
    name: "compute.leases",
    keysOf: (change) => (change.collection === nodeLeases.name ? [change.key] : []),
    allKeys: () => store.read(async (transaction) => (await transaction.list(nodes)).map(({ key }) => key)),
    reconcile: async (id) => {
      const remaining = await store.transaction(async (transaction) => {
        const node = await transaction.get(nodes, id);
        if (node === undefined) return undefined;
        const lease = await transaction.get(nodeLeases, id);
        const left = (lease?.expiresAt ?? 0) - clock.now();
        if (left > 0) return left;
        if (node.state === "LOST") return undefined;
        transaction.put(nodes, id, { ...node, state: "LOST" });
        return 0;
      });
      if (remaining === undefined) return done;
      if (remaining > 0) return again(remaining);
      logger.warn({ nodeId: id }, "the node's lease is over, nothing is placed on it until it is heard of again");
      return done;
    },
  });
};
