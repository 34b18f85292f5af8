import type { CreateClusterRequest, CreateClusterResponse } from "@aws-sdk/client-ecs";
import { defineOperation } from "../../../gateway/operation.ts";
import { strategyFrom } from "../capacity-providers.ts";
import { capacityProvidersFrom, clusterSettingsFrom, configurationFrom, newCluster } from "../cluster.ts";
import { clusterView } from "../cluster-view.ts";
import type { EcsDependencies } from "../dependencies.ts";
import { invalidParameter, notSupportedYet } from "../errors.ts";
import { clusterArn, clusterNamePattern } from "../identifiers.ts";
import { requestTagConditions, tagOnCreate } from "../permissions.ts";
import { findCluster, saveCluster } from "../repository.ts";
import { tagsFrom } from "../tags.ts";

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateCluster.html */
export const createCluster = defineOperation<EcsDependencies, CreateClusterRequest, CreateClusterResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const arn = clusterArn(call, input.clusterName ?? "default");
      return [
        { action: "ecs:CreateCluster", resources: ["*"], conditionKeys: requestTagConditions(input.tags) },
        ...tagOnCreate("CreateCluster", arn, input.tags),
      ];
    },
  },
  handle: async (input, call, { store }) => {
    const name = input.clusterName ?? "default";
    if (!clusterNamePattern.test(name)) {
      throw invalidParameter("The cluster name must have 1 to 255 letters, digits, hyphens and underscores.");
    }
    if (input.serviceConnectDefaults !== undefined) throw notSupportedYet("serviceConnectDefaults");
    const settings = clusterSettingsFrom(input.settings ?? []);
    const configuration = configurationFrom(input.configuration);
    const capacityProviders = capacityProvidersFrom(input.capacityProviders ?? []);
    const strategy = strategyFrom(input.defaultCapacityProviderStrategy ?? [], capacityProviders);
    const tags = tagsFrom(input.tags);
    const cluster = await store.transaction(async (transaction) => {
      const existing = await findCluster(transaction, call, name);
      if (existing?.status === "ACTIVE") return existing;
      const created = {
        ...newCluster(call, name, call.clock.now()),
        ...(settings.length === 0 ? {} : { settings }),
        ...(configuration === undefined ? {} : { configuration }),
        capacityProviders,
        defaultCapacityProviderStrategy: strategy,
        tags,
      };
      saveCluster(transaction, call, created);
      return created;
    });
    return {
      cluster: clusterView(cluster, { running: 0, pending: 0 }, ["SETTINGS", "CONFIGURATIONS", "TAGS"]),
    };
  },
});
