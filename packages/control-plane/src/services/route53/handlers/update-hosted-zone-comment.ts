import type { UpdateHostedZoneCommentRequest, UpdateHostedZoneCommentResponse } from "@aws-sdk/client-route-53";
import { defineOperation } from "../../../gateway/operation.ts";
import { hostedZones } from "../collections.ts";
import type { Route53Dependencies } from "../dependencies.ts";
import { onZone } from "../permissions.ts";
import { readZone } from "../repository.ts";
import { checkComment } from "../requests.ts";
import { zoneView } from "../views.ts";

/** https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHostedZoneComment.html */
export const updateHostedZoneComment = defineOperation<
  Route53Dependencies,
  UpdateHostedZoneCommentRequest,
  UpdateHostedZoneCommentResponse
>({
  authorise: onZone("route53:UpdateHostedZoneComment"),
  handle: async ({ Id: id, Comment: comment }, { accountId }, { store }) => {
    const zone = await store.transaction(async (transaction) => {
      const { comment: _before, ...rest } = await readZone(transaction, id, accountId);
      const changed = { ...rest, ...(comment ? { comment: checkComment(comment) } : {}) };
      transaction.put(hostedZones, changed.id, changed);
      return changed;
    });
    return { HostedZone: zoneView(zone) };
  },
});
