import type {
  FlowLogRecord,
  PrefixListRecord,
  VpcEndpointRecord,
  VpcPeeringRecord,
} from "./connectivity-collections.ts";
import { describable } from "./describables.ts";
import { type Describable, unboundedPageSizes } from "./describe.ts";
import { flowLogNotFound, prefixListNotFound, vpcEndpointNotFound, vpcPeeringNotFound } from "./errors.ts";
import { messageOfStatus, peeringStatus } from "./views/vpc-peering.ts";

/** A peering with the first blocks of its VPCs, as far as they are there. */
export type DescribedVpcPeering = VpcPeeringRecord & {
  readonly requesterCidr: string | undefined;
  readonly accepterCidr: string | undefined;
};

export const describableVpcPeering = (now: number): Describable<DescribedVpcPeering> =>
  describable<DescribedVpcPeering>(vpcPeeringNotFound, {
    "vpc-peering-connection-id": ({ id }) => id,
    "status-code": (peering) => peeringStatus(peering, now),
    "status-message": (peering) => messageOfStatus(peeringStatus(peering, now)),
    "expiration-time": (peering) =>
      peeringStatus(peering, now) === "pending-acceptance" ? new Date(peering.expiresAt).toISOString() : undefined,
    "requester-vpc-info.cidr-block": ({ requesterCidr }) => requesterCidr,
    "accepter-vpc-info.cidr-block": ({ accepterCidr }) => accepterCidr,
    "requester-vpc-info.vpc-id": ({ requester }) => requester.vpcId,
    "requester-vpc-info.owner-id": ({ requester }) => requester.accountId,
    "accepter-vpc-info.vpc-id": ({ accepter }) => accepter.vpcId,
    "accepter-vpc-info.owner-id": ({ accepter }) => accepter.accountId,
  });

export const describableVpcEndpoint = describable<VpcEndpointRecord>(
  vpcEndpointNotFound,
  {
    "service-region": ({ region }) => region,
    "vpc-endpoint-id": ({ id }) => id,
    "vpc-endpoint-state": () => "available",
    "vpc-endpoint-type": ({ kind }) => kind,
    "service-name": ({ serviceName }) => serviceName,
    "vpc-id": ({ vpcId }) => vpcId,
    "ip-address-type": () => "ipv4",
  },
  unboundedPageSizes,
);

export const describablePrefixList = describable<PrefixListRecord>(
  prefixListNotFound,
  {
    "prefix-list-id": ({ id }) => id,
    "prefix-list-name": ({ name }) => name,
    "owner-id": ({ accountId }) => accountId,
  },
  { least: 1, most: 100 },
);

/** `delivery` is there once something was to be delivered. */
export type DescribedFlowLog = FlowLogRecord & { readonly delivery?: { readonly problem?: string } };

export const deliveryStatus = ({ problem }: { readonly problem?: string }): "SUCCESS" | "FAILED" =>
  problem === undefined ? "SUCCESS" : "FAILED";

export const describableFlowLog = describable<DescribedFlowLog>(
  flowLogNotFound,
  {
    "flow-log-id": ({ id }) => id,
    "resource-id": ({ resourceId }) => resourceId,
    "traffic-type": ({ traffic }) => traffic,
    "log-group-name": ({ logGroupName }) => logGroupName,
    "log-destination-type": () => "cloud-watch-logs",
    "deliver-log-status": ({ delivery }) => delivery && deliveryStatus(delivery),
  },
  unboundedPageSizes,
);
