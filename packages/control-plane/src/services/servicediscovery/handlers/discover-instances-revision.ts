import type {
  DiscoverInstancesRevisionRequest,
  DiscoverInstancesRevisionResponse,
} from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { onAccount, scopeOf } from "../permissions.ts";
import { namespaceNamed, serviceNamed } from "../repository.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_DiscoverInstancesRevision.html */
export const discoverInstancesRevision = defineOperation<
  ServiceDiscoveryDependencies,
  DiscoverInstancesRevisionRequest,
  DiscoverInstancesRevisionResponse
>({
  authorise: onAccount("servicediscovery:DiscoverInstancesRevision"),
  handle: async ({ NamespaceName: namespace, ServiceName: service }, call, { store }) => {
    const found = await store.read(async (transaction) =>
      serviceNamed(transaction, await namespaceNamed(transaction, scopeOf(call), namespace ?? ""), service ?? ""),
    );
    return { InstancesRevision: found.revision };
  },
});
