import { again, done } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import { settleChange } from "../acknowledgements.ts";
import { changes } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";

/** Between looks whether nodes that a change waits for are gone. */
const waitMilliseconds = 1_000;
/** How long a change in sync can be asked for. */
const keptMilliseconds = 24 * 60 * 60 * 1000;

/** Brings changes in sync where a node that has not got them is gone, and forgets old ones. */
export const createPropagation = (dependencies: Route53Dependencies): Controller => {
  const { store, clock, liveNodes } = dependencies;
  return createFeedController({
    ...dependencies,
    name: "route53.propagation",
    keysOf: (change) => (change.collection === changes.name && change.kind === "put" ? [change.key] : []),
    allKeys: () => store.read(async (transaction) => (await transaction.list(changes)).map(({ key }) => key)),
    reconcile: (id) =>
      store.transaction(async (transaction) => {
        const change = await settleChange(transaction, id, liveNodes);
        if (change === undefined) return done;
        if (change.status === "PENDING") return again(waitMilliseconds);
        const left = change.submittedAt + keptMilliseconds - clock.now();
        if (left > 0) return again(left);
        transaction.delete(changes, id);
        return done;
      }),
  });
};
