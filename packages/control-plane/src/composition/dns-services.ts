import { type Clock, type ControlPlaneSession, type Logger, vpcId } from "@fleetless/kernel";
import { liveNodes } from "../compute/service.ts";
import type { Service } from "../gateway/service.ts";
import { findVpc } from "../services/ec2/service.ts";
import { createRoute53Service, managedZones, readHostedZones } from "../services/route53/service.ts";
import { createServiceDiscoveryService } from "../services/servicediscovery/service.ts";
import type { ReadTransaction, Store } from "../state/store.ts";

export interface DnsServices {
  readonly services: readonly Service[];
  /** For the resolvers of VPCs. */
  readonly hostedZones: ControlPlaneSession["hostedZones"];
}

/** Route 53 and Cloud Map, and what its zones need to know of VPCs and nodes. */
export const createDnsServices = (options: {
  readonly store: Store;
  readonly clock: Clock;
  readonly logger: Logger;
}): DnsServices => {
  const { clock } = options;
  const route53 = {
    ...options,
    findVpc: (transaction: ReadTransaction, id: string) => findVpc(transaction, vpcId(id)),
    liveNodes: (transaction: ReadTransaction) => liveNodes(transaction, clock.now()),
  };
  return {
    services: [
      createRoute53Service(route53),
      createServiceDiscoveryService({
        ...options,
        zones: managedZones,
        vpcOf: async (transaction, id, accountId) => {
          const vpc = await findVpc(transaction, vpcId(id));
          return vpc?.accountId === accountId ? { vpcId: id, region: vpc.region } : undefined;
        },
      }),
    ],
    hostedZones: (node, cursor, applied, signal) => readHostedZones(route53, node, cursor, applied, signal),
  };
};
