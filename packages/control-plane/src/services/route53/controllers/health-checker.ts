import type { HealthCheckConfig } from "@aws-sdk/client-route-53";
import { again, done, type ReconcileResult } from "@fleetless/kernel";
import { createFeedController } from "../../../compute/service.ts";
import type { Controller } from "../../../gateway/service.ts";
import type { Transaction } from "../../../state/store.ts";
import { isCheckableAddress } from "../checkable-address.ts";
import { health, healthChecks, observations } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { type ProbeResult, probe } from "../probe.ts";

/** Between looks at the children of a calculated check. */
const calculationMilliseconds = 1_000;
const concurrency = 16;

export interface HealthCheckerOptions {
  /** Which addresses may be looked at; AWS's rule where not given. */
  readonly isCheckable?: (address: string) => boolean;
}

const writeHealth = async (
  transaction: Transaction,
  id: string,
  config: HealthCheckConfig,
  success: boolean,
): Promise<void> => {
  const healthy = config.Disabled === true || success !== (config.Inverted === true);
  if ((await transaction.get(health, id))?.healthy !== healthy) transaction.put(health, id, { healthy });
};

/** Looks at endpoints as often as their health checks say, and keeps what record sets' health depends on. */
export const createHealthChecker = (
  dependencies: Route53Dependencies,
  options: HealthCheckerOptions = {},
): Controller => {
  const { store, clock } = dependencies;
  const isCheckable = options.isCheckable ?? isCheckableAddress;
  /** Results in a row that are other than what the endpoint counts as. */
  const streaks = new Map<string, { success: boolean; contrary: number; checkedAt: number }>();

  const fold = (id: string, result: ProbeResult, threshold: number, assumed: boolean): boolean => {
    const before = streaks.get(id) ?? { success: assumed, contrary: 0 };
    const contrary = result.success === before.success ? 0 : before.contrary + 1;
    const turned = contrary >= threshold;
    const success = turned ? result.success : before.success;
    streaks.set(id, { success, contrary: turned ? 0 : contrary, checkedAt: clock.now() });
    return success;
  };

  const checkEndpoint = async (id: string, config: HealthCheckConfig): Promise<ReconcileResult> => {
    const interval = (config.RequestInterval ?? 30) * 1000;
    const rest = (streaks.get(id)?.checkedAt ?? Number.NEGATIVE_INFINITY) + interval - clock.now();
    if (rest > 0 && config.Disabled !== true) return again(rest);
    const result: ProbeResult =
      config.Disabled === true ? { success: true, status: "Success: disabled" } : await probe(config, isCheckable);
    // What an earlier run found goes on until as many looks as its threshold tell otherwise.
    const known = (await store.read((transaction) => transaction.get(health, id)))?.healthy ?? true;
    const assumed = known !== (config.Inverted === true);
    const success = config.Disabled === true || fold(id, result, config.FailureThreshold ?? 3, assumed);
    const checkedAt = clock.now();
    await store.transaction(async (transaction) => {
      if ((await transaction.get(healthChecks, id)) === undefined) return;
      await writeHealth(transaction, id, config, success);
      if (config.Disabled === true) return;
      const before = await transaction.get(observations, id);
      const lastFailure = result.success ? before?.lastFailure : { status: result.status, checkedAt };
      transaction.put(observations, id, {
        checkedAt,
        status: result.status,
        ...(lastFailure === undefined ? {} : { lastFailure }),
      });
    });
    return config.Disabled === true ? done : again(interval);
  };

  const calculate = async (id: string, config: HealthCheckConfig): Promise<ReconcileResult> => {
    await store.transaction(async (transaction) => {
      let healthy = 0;
      for (const child of config.ChildHealthChecks ?? []) {
        if ((await transaction.get(health, child))?.healthy !== false) healthy += 1;
      }
      await writeHealth(transaction, id, config, healthy >= (config.HealthThreshold ?? 0));
    });
    return again(calculationMilliseconds);
  };

  return createFeedController({
    ...dependencies,
    name: "route53.health-checker",
    concurrency,
    keysOf: (change) => (change.collection === healthChecks.name ? [change.key] : []),
    allKeys: () => store.read(async (transaction) => (await transaction.list(healthChecks)).map(({ key }) => key)),
    reconcile: async (id) => {
      const check = await store.read((transaction) => transaction.get(healthChecks, id));
      if (check === undefined) {
        streaks.delete(id);
        return done;
      }
      return check.config.Type === "CALCULATED" ? calculate(id, check.config) : checkEndpoint(id, check.config);
    },
  });
};
