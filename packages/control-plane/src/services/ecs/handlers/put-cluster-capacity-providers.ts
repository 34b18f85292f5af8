import type { PutClusterCapacityProvidersRequest, PutClusterCapacityProvidersResponse } from "@aws-sdk/client-ecs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { strategyFrom } from "../capacity-providers.ts";
import { capacityProvidersFrom } from "../cluster.ts";
import { changeCluster } from "../cluster-change.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { clusterArn, clusterNameOf } from "../identifiers.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PutClusterCapacityProviders.html */
export const putClusterCapacityProviders = defineOperation<
  EcsDependencies,
  PutClusterCapacityProvidersRequest,
  PutClusterCapacityProvidersResponse
>({
  authorise: permission("ecs:PutClusterCapacityProviders", (input, call) => [
    clusterArn(call, clusterNameOf(call, input.cluster)),
  ]),
  handle: async (input, call, dependencies) => {
    const capacityProviders = capacityProvidersFrom(input.capacityProviders ?? []);
    const strategy = strategyFrom(input.defaultCapacityProviderStrategy ?? [], capacityProviders);
    return {
      cluster: await changeCluster(dependencies, call, input.cluster, (cluster) => ({
        ...cluster,
        capacityProviders,
        defaultCapacityProviderStrategy: strategy,
      })),
    };
  },
});
