import type { Cluster } from "@aws-sdk/client-ecs";
import { clusterStatistics } from "./cluster.ts";
import { clusterView } from "./cluster-view.ts";
import type { ClusterRecord } from "./collections.ts";
import type { EcsDependencies } from "./dependencies.ts";
import type { Scope } from "./identifiers.ts";
import { requireCluster, saveCluster } from "./repository.ts";

/** Changes an active cluster and answers how it looks then. Throws ClusterNotFoundException. */
export const changeCluster = (
  { store, compute }: EcsDependencies,
  scope: Scope,
  reference: string | undefined,
  change: (cluster: ClusterRecord) => ClusterRecord,
): Promise<Cluster> =>
  store.transaction(async (transaction) => {
    const changed = change(await requireCluster(transaction, scope, reference));
    saveCluster(transaction, scope, changed);
    const statistics = await clusterStatistics(transaction, compute, scope, changed.name);
    return clusterView(changed, statistics, ["SETTINGS", "CONFIGURATIONS", "TAGS"]);
  });
