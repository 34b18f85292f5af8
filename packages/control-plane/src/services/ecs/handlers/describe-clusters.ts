import type { Cluster, DescribeClustersRequest, DescribeClustersResponse, Failure } from "@aws-sdk/client-ecs";
import { defineOperation } from "../../../gateway/operation.ts";
import { clusterStatistics } from "../cluster.ts";
import { clusterView } from "../cluster-view.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { clusterArn, clusterNameOf } from "../identifiers.ts";
import { findCluster } from "../repository.ts";

const maximumClusters = 100;

const referencesOf = (input: DescribeClustersRequest): readonly string[] =>
  (input.clusters ?? []).length === 0 ? ["default"] : (input.clusters ?? []);

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeClusters.html */
export const describeClusters = defineOperation<EcsDependencies, DescribeClustersRequest, DescribeClustersResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => [
      {
        action: "ecs:DescribeClusters",
        resources: referencesOf(input).map((reference) => clusterArn(call, clusterNameOf(call, reference))),
      },
    ],
  },
  handle: async (input, call, { store, compute }) => {
    const references = referencesOf(input);
    if (references.length > maximumClusters) {
      throw invalidParameter(`At most ${maximumClusters} clusters can be described at once.`);
    }
    return store.read(async (transaction) => {
      const clusters: Cluster[] = [];
      const failures: Failure[] = [];
      for (const reference of new Set(references)) {
        const name = clusterNameOf(call, reference);
        const cluster = await findCluster(transaction, call, name);
        if (cluster === undefined) failures.push({ arn: clusterArn(call, name), reason: "MISSING" });
        else {
          const statistics = await clusterStatistics(transaction, compute, call, name);
          clusters.push(clusterView(cluster, statistics, input.include ?? []));
        }
      }
      return { clusters, failures };
    });
  },
});
