import type { ListTrailsRequest, ListTrailsResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { invalidNextToken } from "../errors.ts";
import { trailsOfAccount } from "../repository.ts";

/** Those of every region, on one page. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html */
export const listTrails = defineOperation<CloudTrailDependencies, ListTrailsRequest, ListTrailsResponse>({
  authorise: permission("cloudtrail:ListTrails", () => ["*"]),
  handle: async (input, call, { store }) => {
    if (input.NextToken !== undefined) throw invalidNextToken();
    const trails = await store.read((transaction) => trailsOfAccount(transaction, scopeOfCall(call)));
    return { Trails: trails.map(({ arn, name, region }) => ({ TrailARN: arn, Name: name, HomeRegion: region })) };
  },
});
