import { randomUUID } from "node:crypto";
import type {
  CreatePrivateDnsNamespaceRequest,
  CreatePrivateDnsNamespaceResponse,
} from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { createNamespace } from "../namespaces.ts";
import { onAccount, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePrivateDnsNamespace.html */
export const createPrivateDnsNamespace = defineOperation<
  ServiceDiscoveryDependencies,
  CreatePrivateDnsNamespaceRequest,
  CreatePrivateDnsNamespaceResponse
>({
  authorise: onAccount("servicediscovery:CreatePrivateDnsNamespace"),
  handle: async (input, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      createNamespace(
        transaction,
        {
          scope: scopeOf(call),
          type: "DNS_PRIVATE",
          name: input.Name ?? "",
          description: input.Description,
          creatorRequestId: input.CreatorRequestId ?? randomUUID(),
          tags: input.Tags ?? [],
          vpc: input.Vpc,
          soaTimeToLive: input.Properties?.DnsProperties?.SOA?.TTL,
        },
        dependencies,
      ),
    ),
  }),
});
