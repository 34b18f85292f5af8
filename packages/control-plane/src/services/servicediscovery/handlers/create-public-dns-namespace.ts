import { randomUUID } from "node:crypto";
import type {
  CreatePublicDnsNamespaceRequest,
  CreatePublicDnsNamespaceResponse,
} from "@aws-sdk/client-servicediscovery";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { createNamespace } from "../namespaces.ts";
import { onAccount, scopeOf } from "../permissions.ts";

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_CreatePublicDnsNamespace.html */
export const createPublicDnsNamespace = defineOperation<
  ServiceDiscoveryDependencies,
  CreatePublicDnsNamespaceRequest,
  CreatePublicDnsNamespaceResponse
>({
  authorise: onAccount("servicediscovery:CreatePublicDnsNamespace"),
  handle: async (input, call, dependencies) => ({
    OperationId: await dependencies.store.transaction((transaction) =>
      createNamespace(
        transaction,
        {
          scope: scopeOf(call),
          type: "DNS_PUBLIC",
          name: input.Name ?? "",
          description: input.Description,
          creatorRequestId: input.CreatorRequestId ?? randomUUID(),
          tags: input.Tags ?? [],
          soaTimeToLive: input.Properties?.DnsProperties?.SOA?.TTL,
        },
        dependencies,
      ),
    ),
  }),
});
