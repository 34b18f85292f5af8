import type { DeleteNetworkInsightsAnalysisRequest, DeleteNetworkInsightsAnalysisResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { networkInsightsAnalyses } from "../network-insights-collections.ts";
import { requireInsightsAnalysis } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteNetworkInsightsAnalysis = defineOperation<
  Ec2Dependencies,
  DeleteNetworkInsightsAnalysisRequest,
  DeleteNetworkInsightsAnalysisResult
>({
  authorise: onIds("DeleteNetworkInsightsAnalysis", (input) => [input.NetworkInsightsAnalysisId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const analysis = await requireInsightsAnalysis(transaction, scopeOfCall(call), input.NetworkInsightsAnalysisId);
      transaction.delete(networkInsightsAnalyses, analysis.id);
    });
    return { NetworkInsightsAnalysisId: input.NetworkInsightsAnalysisId };
  },
});
