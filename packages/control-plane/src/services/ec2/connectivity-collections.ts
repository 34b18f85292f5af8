import type { NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId } from "@fleetless/kernel";
import { defineCollection } from "../../state/store.ts";
import { type OwnedResource, scopeOf } from "./collections.ts";

export interface DhcpOptionsRecord extends OwnedResource {
  readonly id: string;
  readonly isDefault: boolean;
  /** By option, such as `domain-name-servers`. */
  readonly options: Readonly<Record<string, readonly string[]>>;
}

export interface EgressOnlyInternetGatewayRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId: VpcId;
}

/** An elastic address. */
export interface AddressRecord extends OwnedResource {
  /** `eipalloc-…` */
  readonly id: string;
  readonly publicAddress: string;
  readonly allocatedAt: number;
  readonly association?: {
    /** `eipassoc-…` */
    readonly id: string;
    readonly networkInterfaceId: NetworkInterfaceId;
    readonly privateAddress: string;
    /** Of a NAT gateway's, which only its deletion ends. */
    readonly natGatewayId?: string;
  };
}

export interface NatGatewayRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId: VpcId;
  readonly subnetId: SubnetId;
  readonly connectivity: "public" | "private";
  readonly createdAt: number;
  readonly deletedAt?: number;
  readonly failure?: { readonly code: string; readonly message: string };
  readonly networkInterfaceId: NetworkInterfaceId;
  readonly privateAddress: string;
  readonly publicAddress?: string;
  readonly allocationId?: string;
  readonly associationId?: string;
}

export interface PeeringSide {
  readonly vpcId: VpcId;
  readonly accountId: string;
  readonly region: string;
  readonly allowDnsResolutionFromRemoteVpc: boolean;
}

export interface VpcPeeringRecord extends OwnedResource {
  readonly id: string;
  readonly requester: PeeringSide;
  readonly accepter: PeeringSide;
  readonly status: "pending-acceptance" | "active" | "rejected" | "deleted" | "failed";
  readonly changedAt: number;
  readonly expiresAt: number;
}

export interface VpcEndpointRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId: VpcId;
  readonly kind: "Interface" | "Gateway";
  readonly serviceName: string;
  /** The JSON that its creator gave; AWS's own where absent, which allows all. */
  readonly policy?: string;
  readonly privateDnsEnabled: boolean;
  /** What a caller asked of its names. */
  readonly dnsOptions?: {
    readonly recordType: "ipv4" | "service-defined";
    /** Its private names are not for those who ask inside of the VPC: a gateway endpoint is. */
    readonly inboundResolverOnly?: boolean;
  };
  readonly routeTableIds: readonly string[];
  readonly securityGroupIds: readonly SecurityGroupId[];
  readonly interfaces: readonly {
    readonly id: NetworkInterfaceId;
    readonly subnetId: SubnetId;
    readonly availabilityZone: string;
    readonly privateAddress: string;
  }[];
  /** The part of its DNS names that nobody can guess. */
  readonly dnsLabel: string;
  readonly createdAt: number;
}

export interface PrefixListRecord extends OwnedResource {
  readonly id: string;
  readonly name: string;
  readonly addressFamily: "IPv4" | "IPv6";
  readonly maxEntries: number;
  /** What was done last; it was made where absent. */
  readonly state?: "modify-complete" | "restore-complete";
  readonly version: number;
  /** By version, from the first: what the list held. */
  readonly versions: readonly (readonly PrefixListEntryRecord[])[];
}

export interface PrefixListEntryRecord {
  readonly cidr: string;
  readonly description?: string;
}

export interface FlowLogRecord extends OwnedResource {
  readonly id: string;
  readonly vpcId: VpcId;
  /** The VPC, a subnet or an interface. */
  readonly resourceId: string;
  readonly traffic: "ACCEPT" | "REJECT" | "ALL";
  readonly logGroupName: string;
  readonly logDestination?: string;
  readonly deliverLogsPermissionArn: string;
  readonly format: string;
  readonly aggregationSeconds: number;
  readonly createdAt: number;
}

const identified = { id: (resource: { readonly id: string }) => resource.id };
const scoped = { scope: scopeOf };

export const dhcpOptions = defineCollection<DhcpOptionsRecord>("ec2.dhcp-options", { ...scoped });
export const egressOnlyInternetGateways = defineCollection<EgressOnlyInternetGatewayRecord>(
  "ec2.egress-only-internet-gateways",
  { ...identified, ...scoped },
);
export const addresses = defineCollection<AddressRecord>("ec2.addresses", {
  ...scoped,
  association: ({ association }) => association?.id,
  publicAddress: ({ publicAddress }) => publicAddress,
});
export const natGateways = defineCollection<NatGatewayRecord>("ec2.nat-gateways", { ...identified, ...scoped });
export const vpcPeerings = defineCollection<VpcPeeringRecord>("ec2.vpc-peerings", {
  /** Both sides see it. */
  scope: ({ requester, accepter }) => [...new Set([scopeOf(requester), scopeOf(accepter)])],
  vpc: ({ requester, accepter }) => [requester.vpcId, accepter.vpcId],
});
export const vpcEndpoints = defineCollection<VpcEndpointRecord>("ec2.vpc-endpoints", { ...identified, ...scoped });
export const prefixLists = defineCollection<PrefixListRecord>("ec2.prefix-lists", { ...scoped });
export const flowLogs = defineCollection<FlowLogRecord>("ec2.flow-logs", { ...identified, ...scoped });
/** By flow log, once something was to be delivered. */
export const flowLogDeliveries = defineCollection<{ readonly problem?: string }>("ec2.flow-log-deliveries");
/** By VPC: raised by whoever adds a part to the VPC, and by whoever deletes it. */
export const vpcGuards = defineCollection<{ readonly parts: number }>("ec2.vpc-guards");
/** By VPC: written anew where something outside of the VPC's own documents changes what nodes must know of it. */
export const vpcRevisions = defineCollection<{ readonly cause: string }>("ec2.vpc-revisions");
