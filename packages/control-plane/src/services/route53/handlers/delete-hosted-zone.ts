import type { DeleteHostedZoneRequest, DeleteHostedZoneResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { changeInfo } from "../changes.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { refuseManaged } from "../requests.ts";
import { deleteZone } from "../zones.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_DeleteHostedZone.html */
export const deleteHostedZone = defineOperation<Route53Dependencies, DeleteHostedZoneRequest, DeleteHostedZoneResponse>(
  {
    authorise: onZone("route53:DeleteHostedZone"),
    handle: async ({ Id: id }, { accountId }, { store, clock }) => {
      const change = await store.transaction(async (transaction) => {
        const zone = await readZone(transaction, id, accountId);
        refuseManaged(zone);
        return deleteZone(transaction, zone, clock.now());
      });
      return { ChangeInfo: changeInfo(change) };
    },
  },
);
