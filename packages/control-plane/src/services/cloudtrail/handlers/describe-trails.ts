import type { DescribeTrailsRequest, DescribeTrailsResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailReference } from "../names.ts";
import { trailsSeenFrom } from "../repository.ts";
import { trailView } from "../views.ts";

/** A trail that is not there is left out. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html */
export const describeTrails = defineOperation<CloudTrailDependencies, DescribeTrailsRequest, DescribeTrailsResponse>({
  authorise: permission("cloudtrail:DescribeTrails", () => ["*"]),
  handle: async (input, call, { store }) => {
    const scope = scopeOfCall(call);
    const names = (input.trailNameList ?? []).map((name) => trailReference(name, scope));
    const shadows = input.includeShadowTrails ?? true;
    const seen = await store.read((transaction) => trailsSeenFrom(transaction, scope, shadows));
    const wanted = seen.filter(
      (trail) => names.length === 0 || names.some(({ name, region }) => name === trail.name && region === trail.region),
    );
    return { trailList: wanted.map(trailView) };
  },
});
