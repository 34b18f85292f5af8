import type {
  DiscoverInstancesRequest,
  DiscoverInstancesResponse,
  HealthStatusFilter,
} from "@aws-sdk/client-servicediscovery";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import type { InstanceRecord } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { invalidInput } from "../errors.ts";
import { scopeOf } from "../permissions.ts";
import { instancesOf, namespaceNamed, serviceNamed } from "../repository.ts";

const hasAttributes = (instance: InstanceRecord, wanted: Readonly<Record<string, string>> | undefined): boolean =>
  Object.entries(wanted ?? {}).every(([key, value]) => instance.attributes[key] === value);

const byHealth = (all: readonly InstanceRecord[], status: HealthStatusFilter): readonly InstanceRecord[] => {
  const healthy = all.filter(({ health }) => health === "HEALTHY");
  if (status === "HEALTHY") return healthy;
  if (status === "UNHEALTHY") return all.filter(({ health }) => health === "UNHEALTHY");
  return status === "HEALTHY_OR_ELSE_ALL" && healthy.length > 0 ? healthy : all;
};

const shuffled = <Item>(items: readonly Item[]): readonly Item[] =>
  items
    .map((item) => ({ item, place: Math.random() }))
    .sort((left, right) => left.place - right.place)
    .map(({ item }) => item);

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_DiscoverInstances.html */
export const discoverInstances = defineOperation<
  ServiceDiscoveryDependencies,
  DiscoverInstancesRequest,
  DiscoverInstancesResponse
>({
  authorise: permission(
    "servicediscovery:DiscoverInstances",
    () => ["*"],
    ({ NamespaceName: namespace, ServiceName: service }) => ({
      "servicediscovery:NamespaceName": [namespace ?? ""],
      "servicediscovery:ServiceName": [service ?? ""],
    }),
  ),
  handle: async (input, call, { store }) => {
    const { MaxResults: limit = 100 } = input;
    if (limit < 1 || limit > 1_000) throw invalidInput(`MaxResults must be from 1 to 1000, not ${limit}`);
    const { service, all } = await store.read(async (transaction) => {
      const namespace = await namespaceNamed(transaction, scopeOf(call), input.NamespaceName ?? "");
      const found = await serviceNamed(transaction, namespace, input.ServiceName ?? "");
      return { service: found, all: await instancesOf(transaction, found.id) };
    });
    const required = all.filter((instance) => hasAttributes(instance, input.QueryParameters));
    const preferred = required.filter((instance) => hasAttributes(instance, input.OptionalParameters));
    const wanted = preferred.length > 0 ? preferred : required;
    const healthy = service.customHealth === undefined ? wanted : byHealth(wanted, input.HealthStatus ?? "HEALTHY");
    return {
      InstancesRevision: service.revision,
      Instances: shuffled(healthy)
        .slice(0, limit)
        .map(({ id, attributes, health }) => ({
          InstanceId: id,
          NamespaceName: input.NamespaceName,
          ServiceName: service.name,
          HealthStatus: health,
          Attributes: { ...attributes },
        })),
    };
  },
});
