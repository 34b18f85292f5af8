import type {
  DescribeNetworkInsightsAnalysesRequest,
  DescribeNetworkInsightsAnalysesResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describable } from "../describables.ts";
import { describePage } from "../describe-page.ts";
import { insightsAnalysisNotFound } from "../errors.ts";
import type { NetworkInsightsAnalysisRecord } from "../network-insights-collections.ts";
import { insightsAnalysesOf } from "../network-insights-repository.ts";
import { onEverything } from "../permissions.ts";
import { insightsAnalysisView } from "../views/network-insights.ts";

export const describeNetworkInsightsAnalyses = defineOperation<
  Ec2Dependencies,
  DescribeNetworkInsightsAnalysesRequest,
  DescribeNetworkInsightsAnalysesResult
>({
  authorise: onEverything("DescribeNetworkInsightsAnalyses"),
  handle: async (input, call, { store }) => {
    const all = (await store.read((transaction) => insightsAnalysesOf(transaction, scopeOfCall(call)))).filter(
      ({ pathId, startedAt }) =>
        (input.NetworkInsightsPathId === undefined || input.NetworkInsightsPathId === pathId) &&
        (input.AnalysisStartTime === undefined || startedAt >= input.AnalysisStartTime.getTime()) &&
        (input.AnalysisEndTime === undefined || startedAt <= input.AnalysisEndTime.getTime()),
    );
    const { views, NextToken } = describePage(
      all,
      describable<NetworkInsightsAnalysisRecord>(
        insightsAnalysisNotFound,
        {
          "path-found": ({ pathFound }) => String(pathFound),
          status: () => "succeeded",
        },
        { least: 1, most: 100 },
      ),
      input,
      input.NetworkInsightsAnalysisIds,
      insightsAnalysisView,
    );
    return { NetworkInsightsAnalyses: views, NextToken };
  },
});
