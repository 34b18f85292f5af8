import type {
  GetHealthCheckLastFailureReasonRequest,
  GetHealthCheckLastFailureReasonResponse,
} from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { observations } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { noObservations, observationViews } from "../observations.ts";
import { onHealthCheck } from "../permissions.ts";
import { readHealthCheck } from "../repository.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckLastFailureReason.html */
export const getHealthCheckLastFailureReason = defineOperation<
  Route53Dependencies,
  GetHealthCheckLastFailureReasonRequest,
  GetHealthCheckLastFailureReasonResponse
>({
  authorise: onHealthCheck("route53:GetHealthCheckLastFailureReason"),
  handle: async ({ HealthCheckId: id }, { accountId }, { store }) => {
    const known = await store.read(async (transaction) => {
      const check = await readHealthCheck(transaction, id, accountId);
      if (check.config.Type === "CALCULATED") throw noObservations();
      return transaction.get(observations, check.id);
    });
    const failure = known?.lastFailure;
    return { HealthCheckObservations: observationViews(failure?.status, failure?.checkedAt) };
  },
});
