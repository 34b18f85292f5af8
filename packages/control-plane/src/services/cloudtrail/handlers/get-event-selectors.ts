import type { GetEventSelectorsRequest, GetEventSelectorsResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailResource } from "../permissions.ts";
import { requireTrail } from "../repository.ts";
import { selectorsView } from "../views.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html */
export const getEventSelectors = defineOperation<
  CloudTrailDependencies,
  GetEventSelectorsRequest,
  GetEventSelectorsResponse
>({
  authorise: permission("cloudtrail:GetEventSelectors", (input, call) => trailResource(input.TrailName, call)),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const trail = await store.read((transaction) => requireTrail(transaction, input.TrailName, scope));
    return { TrailARN: trail.arn, ...selectorsView(trail.selectors) };
  },
});
