import type { GetChangeRequest, GetChangeResponse } from "@aws-sdk/client-route-53";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { changeInfo } from "../changes.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { bareId, readChange } from "../repository.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_GetChange.html */
export const getChange = defineOperation<Route53Dependencies, GetChangeRequest, GetChangeResponse>({
  authorise: permission("route53:GetChange", ({ Id: id }) => [`arn:aws:route53:::change/${bareId(id)}`]),
  handle: async ({ Id: id }, { accountId }, { store }) => ({
    ChangeInfo: changeInfo(await store.read((transaction) => readChange(transaction, id, accountId))),
  }),
});
