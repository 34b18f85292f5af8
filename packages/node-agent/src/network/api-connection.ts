import { endpointServiceName, type WayOut, wayToService } from "@fleetless/engine";
import type { ApiConnection, NetworkInterfaceId, ServicePassage, VpcSpec } from "@fleetless/kernel";

const passageBy = (way: WayOut, vpc: VpcSpec, address: string): ServicePassage => {
  switch (way.kind) {
    case "refused":
      return { kind: "refused", because: way.because };
    case "routed":
      return { kind: "internet", sourceAddress: way.source };
    case "endpoint": {
      const { id: endpointId, policy } = way.endpoint;
      const passage = { kind: "endpoint", endpointId, vpcId: vpc.id, sourceAddress: address } as const;
      return policy === undefined ? passage : { ...passage, policy };
    }
  }
};

/**
 * A connection of the task with this address to the API at the link-local address, which AWS does not have: each of its
 * calls takes the task's own way to the service. Anti-spoofing makes the address a proof.
 */
export const linkLocalConnection = (
  current: () => VpcSpec,
  address: string,
  callerAt: (address: string) => NetworkInterfaceId | undefined,
): ApiConnection => ({
  vpcId: current().id,
  passage: (service, region) => {
    const vpc = current();
    const caller = callerAt(address);
    const from = vpc.interfaces.find(({ id }) => id === caller);
    if (from === undefined) return { kind: "refused", because: `no interface of ${vpc.id} has ${address}` };
    const source = from.privateAddress ?? from.ipv6Address ?? address;
    return passageBy(wayToService(vpc, from, { service, region }), vpc, source);
  },
});

/** A connection to an interface endpoint: it leads to the endpoint's service and to no other. */
export const endpointConnection = (current: () => VpcSpec, endpointId: string, address: string): ApiConnection => ({
  vpcId: current().id,
  passage: (service, region) => {
    const vpc = current();
    const endpoint = vpc.endpoints.find(({ id }) => id === endpointId);
    if (endpoint === undefined) return { kind: "refused", because: `there is no ${endpointId} any more` };
    if (endpoint.serviceName !== endpointServiceName({ service, region })) {
      return { kind: "refused", because: `${endpointId} leads to ${endpoint.serviceName} only` };
    }
    return passageBy({ kind: "endpoint", endpoint, hops: [] }, vpc, address);
  },
});
