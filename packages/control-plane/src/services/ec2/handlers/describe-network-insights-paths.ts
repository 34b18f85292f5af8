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

/** A path's own filters, which none has here. */
const noFilters = Object.fromEntries(
  ["source", "destination"].flatMap((end) =>
    ["source-address", "source-port-range", "destination-address", "destination-port-range"].map((part) => [
      `filter-at-${end}.${part}`,
      () => undefined,
    ]),
  ),
);

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
      describable<NetworkInsightsPathRecord>(
        insightsPathNotFound,
        {
          source: ({ source }) => source,
          destination: ({ destination }) => destination,
          protocol: ({ protocol }) => protocol,
          ...noFilters,
        },
        { least: 1, most: 100 },
      ),
      input,
      input.NetworkInsightsPathIds,
      insightsPathView,
    );
    return { NetworkInsightsPaths: views, NextToken };
  },
});
