import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { CreateHealthCheckRequest, CreateHealthCheckResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { callerReferences, healthChecks } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { healthCheckAlreadyExists, invalidInput } from "../errors.ts";
import { checkHealthCheckConfig } from "../health-check-config.ts";
import { onAccount } from "../permissions.ts";
import { readHealthCheck } from "../repository.ts";
import { healthCheckView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_CreateHealthCheck.html */
export const createHealthCheck = defineOperation<
  Route53Dependencies,
  CreateHealthCheckRequest,
  CreateHealthCheckResponse
>({
  authorise: onAccount("route53:CreateHealthCheck"),
  handle: async (input, { accountId }, { store }) => {
    const { CallerReference: callerReference = "" } = input;
    if (callerReference.length < 1 || callerReference.length > 64) {
      throw invalidInput("Invalid request: CallerReference must have 1 to 64 characters");
    }
    const config = checkHealthCheckConfig(input.HealthCheckConfig ?? { Type: undefined });
    const check = await store.transaction(async (transaction) => {
      const reference = `${accountId}/healthcheck/${callerReference}`;
      const known = await transaction.get(callerReferences, reference);
      if (known !== undefined) {
        const before = await transaction.get(healthChecks, known.id);
        if (before === undefined || !isDeepStrictEqual(before.config, config)) throw healthCheckAlreadyExists();
        return before;
      }
      for (const child of config.ChildHealthChecks ?? []) await readHealthCheck(transaction, child, accountId);
      const made = { id: randomUUID(), accountId, callerReference, version: 1, config, tags: {} };
      transaction.insert(callerReferences, reference, { id: made.id });
      transaction.insert(healthChecks, made.id, made);
      return made;
    });
    return {
      HealthCheck: healthCheckView(check),
      Location: `https://route53.amazonaws.com/2013-04-01/healthcheck/${check.id}`,
    };
  },
});
