import { again, done } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import { clientTokens } from "../collections.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { clientTokenKeys, findClientToken, forgetClientToken } from "../repository.ts";

/** How long a client token stands for the launch it was used with, in milliseconds. */
const clientTokenRetention = 24 * 60 * 60 * 1_000;

/** Forgets client tokens when their time is over. */
export const createExpiryController = (dependencies: EcsDependencies): Controller => {
  const { store, clock, logger } = dependencies;
  return createFeedController({
    name: "ecs.client-tokens",
    store,
    clock,
    logger,
    keysOf: (change) => (change.collection === clientTokens.name && change.kind === "put" ? [change.key] : []),
    allKeys: () => store.read(clientTokenKeys),
    reconcile: (key) =>
      store.transaction(async (transaction) => {
        const token = await findClientToken(transaction, key);
        if (token === undefined) return done;
        const left = token.usedAt + clientTokenRetention - clock.now();
        if (left > 0) return again(left);
        forgetClientToken(transaction, key);
        return done;
      }),
  });
};
