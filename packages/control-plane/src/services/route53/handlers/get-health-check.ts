import type { GetHealthCheckRequest, GetHealthCheckResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onHealthCheck } from "../permissions.ts";
import { readHealthCheck } from "../repository.ts";
import { healthCheckView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheck.html */
export const getHealthCheck = defineOperation<Route53Dependencies, GetHealthCheckRequest, GetHealthCheckResponse>({
  authorise: onHealthCheck("route53:GetHealthCheck"),
  handle: async ({ HealthCheckId: id }, { accountId }, { store }) => ({
    HealthCheck: healthCheckView(await store.read((transaction) => readHealthCheck(transaction, id, accountId))),
  }),
});
