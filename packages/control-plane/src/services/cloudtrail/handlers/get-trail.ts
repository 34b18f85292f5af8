import type { GetTrailRequest, GetTrailResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailResource } from "../permissions.ts";
import { requireTrail } from "../repository.ts";
import { trailView } from "../views.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html */
export const getTrail = defineOperation<CloudTrailDependencies, GetTrailRequest, GetTrailResponse>({
  authorise: permission("cloudtrail:GetTrail", (input, call) => trailResource(input.Name, call)),
  handle: async (input, call, { store }) => ({
    Trail: trailView(await store.read((transaction) => requireTrail(transaction, input.Name, scopeOfCall(call)))),
  }),
});
