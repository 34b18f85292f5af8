import type { UpdateClusterRequest, UpdateClusterResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { clusterSettingsFrom, configurationFrom } from "../cluster.ts";
import { changeCluster } from "../cluster-change.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { notSupportedYet } from "../errors.ts";
import { clusterArn, clusterNameOf } from "../identifiers.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateCluster.html */
export const updateCluster = defineOperation<EcsDependencies, UpdateClusterRequest, UpdateClusterResponse>({
  authorise: permission("ecs:UpdateCluster", (input, call) => [clusterArn(call, clusterNameOf(call, input.cluster))]),
  handle: async (input, call, dependencies) => {
    if (input.serviceConnectDefaults !== undefined) throw notSupportedYet("serviceConnectDefaults");
    const settings = clusterSettingsFrom(input.settings ?? []);
    const configuration = configurationFrom(input.configuration);
    return {
      cluster: await changeCluster(dependencies, call, input.cluster, (cluster) => ({
        ...cluster,
        ...(settings.length === 0 ? {} : { settings }),
        ...(configuration === undefined ? {} : { configuration }),
      })),
    };
  },
});
