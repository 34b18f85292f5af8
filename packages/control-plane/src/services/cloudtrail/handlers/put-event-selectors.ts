import type { PutEventSelectorsRequest, PutEventSelectorsResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailResource } from "../permissions.ts";
import { putTrail, requireTrailAtHome } from "../repository.ts";
import { checkSelectors } from "../selectors.ts";
import { selectorsView } from "../views.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html */
export const putEventSelectors = defineOperation<
  CloudTrailDependencies,
  PutEventSelectorsRequest,
  PutEventSelectorsResponse
>({
  authorise: permission("cloudtrail:PutEventSelectors", (input, call) => trailResource(input.TrailName, call)),
  handle: async (input, call, { store }) => {
    const selectors = checkSelectors(input.EventSelectors, input.AdvancedEventSelectors);
    return store.transaction(async (transaction) => {
      const trail = await requireTrailAtHome(transaction, input.TrailName, scopeOfCall(call));
      putTrail(transaction, { ...trail, selectors });
      return { TrailARN: trail.arn, ...selectorsView(selectors) };
    });
  },
});
