import type { Hop } from "@fleetless/engine";
import type { NetworkInterfaceId } from "@fleetless/kernel";
import { defineCollection } from "../../state/store.ts";
import { type OwnedResource, scopeOf } from "./collections.ts";

export interface NetworkInsightsPathRecord extends OwnedResource {
  readonly id: string;
  readonly source: NetworkInterfaceId;
  readonly destination?: NetworkInterfaceId;
  readonly destinationAddress?: string;
  readonly protocol: "tcp" | "udp";
  readonly destinationPort: number;
  readonly createdAt: number;
}

export interface NetworkInsightsAnalysisRecord extends OwnedResource {
  readonly id: string;
  readonly pathId: string;
  readonly startedAt: number;
  readonly pathFound: boolean;
  readonly hops: readonly Hop[];
  /** Of the answers, where the first packet arrives. */
  readonly hopsBack?: readonly Hop[];
}

const scoped = { scope: scopeOf };
export const networkInsightsPaths = defineCollection<NetworkInsightsPathRecord>("ec2.network-insights-paths", scoped);
export const networkInsightsAnalyses = defineCollection<NetworkInsightsAnalysisRecord>(
  "ec2.network-insights-analyses",
  { ...scoped, path: ({ pathId }) => pathId },
);
