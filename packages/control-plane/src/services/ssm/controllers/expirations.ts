import { again, done, type ReconcileResult } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import { parameters } from "../collections.ts";
import type { SsmDependencies } from "../dependencies.ts";
import { removeParameter } from "../repository.ts";

/** A timer cannot be set for longer than this many milliseconds at once. */
const longestSleep = 86_400_000;

/** Deletes parameters whose Expiration policy says so. */
export const createExpirations = (dependencies: SsmDependencies): Controller => {
  const { store } = dependencies;
  return createFeedController({
    ...dependencies,
    name: "ssm.expirations",
    keysOf: (change) => (change.collection === parameters.name && change.kind === "put" ? [change.key] : []),
    allKeys: () => store.read(async (transaction) => (await transaction.list(parameters)).map(({ key }) => key)),
    reconcile: (key) => removeWhenOver(dependencies, key),
  });
};

const removeWhenOver = ({ store, clock }: SsmDependencies, key: string): Promise<ReconcileResult> =>
  store.transaction(async (transaction) => {
    const parameter = await transaction.get(parameters, key);
    if (parameter?.expiresAt === undefined) return done;
    const left = parameter.expiresAt - clock.now();
    if (left > 0) return again(Math.min(left, longestSleep));
    await removeParameter(transaction, parameter);
    return done;
  });
