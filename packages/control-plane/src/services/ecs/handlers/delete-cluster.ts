import type { DeleteClusterRequest, DeleteClusterResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { clusterView } from "../cluster-view.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { clusterContainsTasks } from "../errors.ts";
import { clusterArn, clusterKey, clusterNameOf } from "../identifiers.ts";
import { heldTasks, requireCluster, saveCluster, watchLaunches } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteCluster.html */
export const deleteCluster = defineOperation<EcsDependencies, DeleteClusterRequest, DeleteClusterResponse>({
  authorise: permission("ecs:DeleteCluster", (input, call) => [clusterArn(call, clusterNameOf(call, input.cluster))]),
  handle: async (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const cluster = await requireCluster(transaction, call, input.cluster);
      const key = clusterKey(call, cluster.name);
      await watchLaunches(transaction, key);
      if ((await heldTasks(transaction, key)).length > 0) throw clusterContainsTasks();
      const deleted = { ...cluster, status: "INACTIVE" as const };
      saveCluster(transaction, call, deleted);
      return { cluster: clusterView(deleted, { running: 0, pending: 0 }, ["SETTINGS", "CONFIGURATIONS", "TAGS"]) };
    }),
});
