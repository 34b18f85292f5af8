import type { ReadTransaction } from "../../state/store.ts";
import { scopeOf } from "./collections.ts";
import { networkInsightsAnalyses, networkInsightsPaths } from "./network-insights-collections.ts";
import type { Scope } from "./repository.ts";

const inScope = { name: "scope" } as const;

export const insightsPathsOf = async (transaction: ReadTransaction, scope: Scope) =>
  (await transaction.list(networkInsightsPaths, { index: { ...inScope, value: scopeOf(scope) } })).map(
    ({ document }) => document,
  );
export const insightsAnalysesOf = async (transaction: ReadTransaction, scope: Scope) =>
  (await transaction.list(networkInsightsAnalyses, { index: { ...inScope, value: scopeOf(scope) } })).map(
    ({ document }) => document,
  );
export const insightsAnalysesOfPath = async (transaction: ReadTransaction, pathId: string) =>
  (await transaction.list(networkInsightsAnalyses, { index: { name: "path", value: pathId } })).map(
    ({ document }) => document,
  );
export const findInsightsPath = (transaction: ReadTransaction, id: string) => transaction.get(networkInsightsPaths, id);
export const findInsightsAnalysis = (transaction: ReadTransaction, id: string) =>
  transaction.get(networkInsightsAnalyses, id);
