import type { DeleteNetworkInsightsPathRequest, DeleteNetworkInsightsPathResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { analysisExists } from "../errors.ts";
import { networkInsightsPaths } from "../network-insights-collections.ts";
import { insightsAnalysesOfPath } from "../network-insights-repository.ts";
import { requireInsightsPath } from "../ownership.ts";
import { onIds } from "../permissions.ts";

export const deleteNetworkInsightsPath = defineOperation<
  Ec2Dependencies,
  DeleteNetworkInsightsPathRequest,
  DeleteNetworkInsightsPathResult
>({
  authorise: onIds("DeleteNetworkInsightsPath", (input) => [input.NetworkInsightsPathId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const path = await requireInsightsPath(transaction, scopeOfCall(call), input.NetworkInsightsPathId);
      if ((await insightsAnalysesOfPath(transaction, path.id)).length > 0) throw analysisExists(path.id);
      transaction.delete(networkInsightsPaths, path.id);
    });
    return { NetworkInsightsPathId: input.NetworkInsightsPathId };
  },
});
