import type { GetHealthCheckCountRequest, GetHealthCheckCountResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onAccount } from "../permissions.ts";
import { healthChecksOfAccount } from "../repository.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHealthCheckCount.html */
export const getHealthCheckCount = defineOperation<
  Route53Dependencies,
  GetHealthCheckCountRequest,
  GetHealthCheckCountResponse
>({
  authorise: onAccount("route53:GetHealthCheckCount"),
  handle: async (_input, { accountId }, { store }) => ({
    HealthCheckCount: (await store.read((transaction) => healthChecksOfAccount(transaction, accountId))).length,
  }),
});
