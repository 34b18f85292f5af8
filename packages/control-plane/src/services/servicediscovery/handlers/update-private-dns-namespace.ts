import type {
  UpdatePrivateDnsNamespaceRequest,
  UpdatePrivateDnsNamespaceResponse,
} from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { updateNamespace } from "../namespaces.ts";
import { onNamespace, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdatePrivateDnsNamespace.html */
export const updatePrivateDnsNamespace = defineOperation<
  ServiceDiscoveryDependencies,
  UpdatePrivateDnsNamespaceRequest,
  UpdatePrivateDnsNamespaceResponse
>({
  authorise: onNamespace("servicediscovery:UpdatePrivateDnsNamespace", (input) => input.Id),
  handle: async (input, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      updateNamespace(
        transaction,
        {
          scope: scopeOf(call),
          id: input.Id,
          type: "DNS_PRIVATE",
          description: input.Namespace?.Description,
          soaTimeToLive: input.Namespace?.Properties?.DnsProperties?.SOA?.TTL,
        },
        dependencies,
      ),
    ),
  }),
});
