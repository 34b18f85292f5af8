import type { UpdateHealthCheckRequest, UpdateHealthCheckResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { healthChecks } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { healthCheckVersionMismatch } from "../errors.ts";
import { checkHealthCheckConfig } from "../health-check-config.ts";
import { onHealthCheck } from "../permissions.ts";
import { readHealthCheck } from "../repository.ts";
import { healthCheckView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html */
export const updateHealthCheck = defineOperation<
  Route53Dependencies,
  UpdateHealthCheckRequest,
  UpdateHealthCheckResponse
>({
  authorise: onHealthCheck("route53:UpdateHealthCheck"),
  handle: async (input, { accountId }, { store }) => {
    const { HealthCheckId: id, HealthCheckVersion: version, ResetElements: resets = [], ...changes } = input;
    const check = await store.transaction(async (transaction) => {
      const before = await readHealthCheck(transaction, id, accountId);
      if (version !== undefined && version !== before.version)
        throw healthCheckVersionMismatch(version, before.version);
      const kept = Object.entries(before.config).filter(([name]) => !resets.some((reset) => reset === name));
      const given = Object.entries(changes).filter(([, value]) => value !== undefined);
      const config = checkHealthCheckConfig({
        ...Object.fromEntries(kept),
        ...Object.fromEntries(given),
        Type: before.config.Type,
      });
      for (const child of config.ChildHealthChecks ?? []) await readHealthCheck(transaction, child, accountId);
      const changed = { ...before, version: before.version + 1, config };
      transaction.put(healthChecks, changed.id, changed);
      return changed;
    });
    return { HealthCheck: healthCheckView(check) };
  },
});
