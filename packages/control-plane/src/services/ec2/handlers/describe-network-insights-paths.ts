import type { DescribeNetworkInsightsPathsRequest, DescribeNetworkInsightsPathsResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describable } from "../describables.ts";
import { describePage } from "../describe-page.ts";
import { insightsPathNotFound } from "../errors.ts";
import type { NetworkInsightsPathRecord } from "../network-insights-collections.ts";
import { insightsPathsOf } from "../network-insights-repository.ts";
import { onEverything } from "../permissions.ts";
import { insightsPathView } from "../views/network-insights.ts";

export const describeNetworkInsightsPaths = defineOperation<
  Ec2Dependencies,
  DescribeNetworkInsightsPathsRequest,
  DescribeNetworkInsightsPathsResult
>({
  authorise: onEverything("DescribeNetworkInsightsPaths"),
  handle: async (input, call, { store }) => {
    const all = await store.read((transaction) => insightsPathsOf(transaction, scopeOfCall(call)));
    const { views, NextToken } = describePage(
      all,
      describable<NetworkInsightsPathRecord>(insightsPathNotFound, {
        source: ({ source }) => source,
        destination: ({ destination }) => destination,
        protocol: ({ protocol }) => protocol,
      }),
      input,
      input.NetworkInsightsPathIds,
      insightsPathView,
    );
    return { NetworkInsightsPaths: views, NextToken };
  },
});
