import type { StartNetworkInsightsAnalysisRequest, StartNetworkInsightsAnalysisResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { analysePath } from "../analyse-path.ts";
import { makeOnce } from "../client-token.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { idIn } from "../kept-results.ts";
import { type NetworkInsightsAnalysisRecord, networkInsightsAnalyses } from "../network-insights-collections.ts";
import { requireInsightsAnalysis, requireInsightsPath } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { readTagSpecifications } from "../tags.ts";
import { insightsAnalysisView } from "../views/network-insights.ts";

export const startNetworkInsightsAnalysis = defineOperation<
  Ec2Dependencies,
  StartNetworkInsightsAnalysisRequest,
  StartNetworkInsightsAnalysisResult
>({
  authorise: onNew("StartNetworkInsightsAnalysis", "network-insights-analysis", (input) => [
    input.NetworkInsightsPathId,
  ]),
  handle: async (input, call, { store, clock }) => {
    refuseParameters(input, ["AdditionalAccounts", "FilterInArns", "FilterOutArns"]);
    const tags = readTagSpecifications(input.TagSpecifications, "network-insights-analysis");
    const make = async (transaction: Transaction): Promise<NetworkInsightsAnalysisRecord> => {
      const path = await requireInsightsPath(transaction, scopeOfCall(call), input.NetworkInsightsPathId);
      const { forward, back } = await analysePath(transaction, path);
      const analysis: NetworkInsightsAnalysisRecord = {
        ...scopeOfCall(call),
        tags,
        id: newEc2Id("nia"),
        pathId: path.id,
        startedAt: clock.now(),
        pathFound: forward.allowed && back?.allowed !== false,
        hops: forward.hops,
        ...(back === undefined ? {} : { hopsBack: back.hops }),
      };
      transaction.insert(networkInsightsAnalyses, analysis.id, analysis);
      return analysis;
    };
    return store.transaction((transaction) =>
      makeOnce<StartNetworkInsightsAnalysisResult>(transaction, call, clock, {
        operation: "StartNetworkInsightsAnalysis",
        input,
        make: async () => ({ NetworkInsightsAnalysis: insightsAnalysisView(await make(transaction)) }),
        repeat: async (kept) => {
          const id = idIn(kept, "NetworkInsightsAnalysis", "NetworkInsightsAnalysisId");
          const analysis = await requireInsightsAnalysis(transaction, scopeOfCall(call), id);
          return { NetworkInsightsAnalysis: insightsAnalysisView(analysis) };
        },
      }),
    );
  },
});
