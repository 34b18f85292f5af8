import type { ListClustersRequest, ListClustersResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { activeClusters } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ListClusters.html */
export const listClusters = defineOperation<EcsDependencies, ListClustersRequest, ListClustersResponse>({
  authorise: permission("ecs:ListClusters", () => ["*"]),
  handle: async (input, call, { store }) => {
    const clusters = await store.read((transaction) => activeClusters(transaction, call));
    const page = pageOf(clusters, ({ name }) => name, input);
    return { clusterArns: page.items.map(({ arn }) => arn), nextToken: page.nextToken };
  },
});
