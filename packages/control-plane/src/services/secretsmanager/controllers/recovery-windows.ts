import { again, done, type ReconcileResult } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import { secrets } from "../collections.ts";
import type { SecretsManagerDependencies } from "../dependencies.ts";
import { removeSecret } from "../repository.ts";

/** A timer cannot be set for longer than this many milliseconds at once. */
const longestSleep = 86_400_000;

/** Removes secrets, and every value they had, once their recovery window is over. */
export const createRecoveryWindows = (dependencies: SecretsManagerDependencies): Controller => {
  const { store } = dependencies;
  return createFeedController({
    ...dependencies,
    name: "secretsmanager.recovery-windows",
    keysOf: (change) => (change.collection === secrets.name && change.kind === "put" ? [change.key] : []),
    allKeys: () => store.read(async (transaction) => (await transaction.list(secrets)).map(({ key }) => key)),
    reconcile: (key) => removeWhenOver(dependencies, key),
  });
};

const removeWhenOver = ({ store, clock }: SecretsManagerDependencies, key: string): Promise<ReconcileResult> =>
  store.transaction(async (transaction) => {
    const secret = await transaction.get(secrets, key);
    if (secret?.deletionAt === undefined) return done;
    const left = secret.deletionAt - clock.now();
    if (left > 0) return again(Math.min(left, longestSleep));
    await removeSecret(transaction, secret);
    return done;
  });
