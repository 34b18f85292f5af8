import type { GetHostedZoneCountRequest, GetHostedZoneCountResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onAccount } from "../permissions.ts";
import { zonesOfAccount } from "../repository.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetHostedZoneCount.html */
export const getHostedZoneCount = defineOperation<
  Route53Dependencies,
  GetHostedZoneCountRequest,
  GetHostedZoneCountResponse
>({
  authorise: onAccount("route53:GetHostedZoneCount"),
  handle: async (_input, { accountId }, { store }) => ({
    HostedZoneCount: (await store.read((transaction) => zonesOfAccount(transaction, accountId))).length,
  }),
});
