import type { DeleteHealthCheckRequest, DeleteHealthCheckResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { health, healthChecks, observations } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onHealthCheck } from "../permissions.ts";
import { readHealthCheck } from "../repository.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHealthCheck.html */
export const deleteHealthCheck = defineOperation<
  Route53Dependencies,
  DeleteHealthCheckRequest,
  DeleteHealthCheckResponse
>({
  authorise: onHealthCheck("route53:DeleteHealthCheck"),
  handle: async ({ HealthCheckId: id }, { accountId }, { store }) => {
    await store.transaction(async (transaction) => {
      const check = await readHealthCheck(transaction, id, accountId);
      transaction.delete(healthChecks, check.id);
      transaction.delete(health, check.id);
      transaction.delete(observations, check.id);
    });
    return {};
  },
});
