import type { PublicDnsNamespaceChange } from "@aws-sdk/client-servicediscovery";
import { defineOperation, type Operation } from "../../../gateway/operation.ts";
import type { NamespaceRecord } from "../collections.ts";
import type { ServiceDiscoveryDependencies } from "../dependencies.ts";
import { updateNamespace } from "../namespaces.ts";
import { onNamespace, scopeOf } from "../permissions.ts";

/** Of any of the three types: what one of them does not have is absent. */
interface UpdateInput {
  readonly Id: string | undefined;
  readonly Namespace: PublicDnsNamespaceChange | undefined;
}

interface UpdateOutput {
  readonly OperationId: string;
}

/** The operation that changes namespaces of one type; `timeToLiveOf` tells the new one of a zone's SOA record. */
const updateOf = (
  action: string,
  type: NamespaceRecord["type"],
  timeToLiveOf: (input: UpdateInput) => number | undefined,
): Operation<ServiceDiscoveryDependencies, UpdateInput, UpdateOutput> =>
  defineOperation<ServiceDiscoveryDependencies, UpdateInput, UpdateOutput>({
    authorise: onNamespace(`servicediscovery:${action}`, (input) => input.Id),
    handle: async (input, call, dependencies) => ({
      OperationId: await dependencies.store.transaction((transaction) =>
        updateNamespace(
          transaction,
          {
            scope: scopeOf(call),
            id: input.Id,
            type,
            description: input.Namespace?.Description,
            soaTimeToLive: timeToLiveOf(input),
          },
          dependencies,
        ),
      ),
    }),
  });

const zoneTimeToLive = ({ Namespace: change }: UpdateInput): number | undefined =>
  change?.Properties?.DnsProperties?.SOA?.TTL;

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdateHttpNamespace.html */
export const updateHttpNamespace = updateOf("UpdateHttpNamespace", "HTTP", () => undefined);

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdatePrivateDnsNamespace.html */
export const updatePrivateDnsNamespace = updateOf("UpdatePrivateDnsNamespace", "DNS_PRIVATE", zoneTimeToLive);

/** https://docs.aws.amazon.com/cloud-map/latest/api/API_UpdatePublicDnsNamespace.html */
export const updatePublicDnsNamespace = updateOf("UpdatePublicDnsNamespace", "DNS_PUBLIC", zoneTimeToLive);
