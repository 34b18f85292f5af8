import type { UpdateClusterSettingsRequest, UpdateClusterSettingsResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { clusterSettingsFrom } from "../cluster.ts";
import { changeCluster } from "../cluster-change.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { clusterArn, clusterNameOf } from "../identifiers.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateClusterSettings.html */
export const updateClusterSettings = defineOperation<
  EcsDependencies,
  UpdateClusterSettingsRequest,
  UpdateClusterSettingsResponse
>({
  authorise: permission("ecs:UpdateClusterSettings", (input, call) => [
    clusterArn(call, clusterNameOf(call, input.cluster)),
  ]),
  handle: async (input, call, dependencies) => {
    const settings = clusterSettingsFrom(input.settings ?? []);
    return { cluster: await changeCluster(dependencies, call, input.cluster, (cluster) => ({ ...cluster, settings })) };
  },
});
