import type {
  FlowLogRecord,
  PrefixListRecord,
  VpcEndpointRecord,
  VpcPeeringRecord,
} from "./connectivity-collections.ts";
import { describable } from "./describables.ts";
import type { Describable } from "./describe.ts";
import { flowLogNotFound, prefixListNotFound, vpcEndpointNotFound, vpcPeeringNotFound } from "./errors.ts";
import { peeringStatus } from "./views/vpc-peering.ts";

export const describableVpcPeering = (now: number): Describable<VpcPeeringRecord> =>
  describable<VpcPeeringRecord>(vpcPeeringNotFound, {
    "vpc-peering-connection-id": ({ id }) => id,
    "status-code": (peering) => peeringStatus(peering, now),
    "requester-vpc-info.vpc-id": ({ requester }) => requester.vpcId,
    "requester-vpc-info.owner-id": ({ requester }) => requester.accountId,
    "accepter-vpc-info.vpc-id": ({ accepter }) => accepter.vpcId,
    "accepter-vpc-info.owner-id": ({ accepter }) => accepter.accountId,
  });

export const describableVpcEndpoint = describable<VpcEndpointRecord>(vpcEndpointNotFound, {
  "vpc-endpoint-id": ({ id }) => id,
  "vpc-endpoint-state": () => "available",
  "vpc-endpoint-type": ({ kind }) => kind,
  "service-name": ({ serviceName }) => serviceName,
  "vpc-id": ({ vpcId }) => vpcId,
  "ip-address-type": () => "ipv4",
});

export const describablePrefixList = describable<PrefixListRecord>(prefixListNotFound, {
  "prefix-list-id": ({ id }) => id,
  "prefix-list-name": ({ name }) => name,
  "owner-id": ({ accountId }) => accountId,
});

/** `delivery` is there once something was to be delivered. */
export type DescribedFlowLog = FlowLogRecord & { readonly delivery?: { readonly problem?: string } };

export const deliveryStatus = ({ problem }: { readonly problem?: string }): "SUCCESS" | "FAILED" =>
  problem === undefined ? "SUCCESS" : "FAILED";

export const describableFlowLog = describable<DescribedFlowLog>(flowLogNotFound, {
  "flow-log-id": ({ id }) => id,
  "resource-id": ({ resourceId }) => resourceId,
  "traffic-type": ({ traffic }) => traffic,
  "log-group-name": ({ logGroupName }) => logGroupName,
  "log-destination-type": () => "cloud-watch-logs",
  "deliver-log-status": ({ delivery }) => delivery && deliveryStatus(delivery),
});
