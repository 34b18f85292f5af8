import type { NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId } from "../ids.ts";

/** All that a node must know of a VPC to enforce it for the interfaces on it. */
export interface VpcSpec {
  readonly id: VpcId;
  /** The primary IPv4 block: its resolver answers at the base plus two. */
  readonly cidr: string;
  readonly secondaryCidrs: readonly string[];
  readonly ipv6Cidrs: readonly string[];
  readonly region: string;
  readonly dnsSupport: boolean;
  readonly dnsHostnames: boolean;
  /** What tasks are told of DNS; the VPC's own resolver and domain where the VPC's DHCP options do not say otherwise. */
  readonly dhcpOptions?: {
    readonly domainNames: readonly string[];
    /** Addresses, or `AmazonProvidedDNS` for the VPC's resolver. */
    readonly domainNameServers: readonly string[];
  };
  readonly subnets: readonly SubnetSpec[];
  readonly routeTables: readonly RouteTableSpec[];
  readonly networkAcls: readonly NetworkAclSpec[];
  readonly securityGroups: readonly SecurityGroupSpec[];
  readonly prefixLists: readonly PrefixListSpec[];
  /** Every interface of the VPC on any node, since a group may be a source. */
  readonly interfaces: readonly InterfaceMembership[];
  readonly natGateways: readonly NatGatewaySpec[];
  readonly peerings: readonly VpcPeeringSpec[];
  readonly endpoints: readonly VpcEndpointSpec[];
  readonly flowLogs: readonly FlowLogSpec[];
}

export interface SubnetSpec {
  readonly id: SubnetId;
  /** Absent from a subnet of IPv6 alone. */
  readonly cidr?: string;
  readonly ipv6Cidr?: string;
  readonly availabilityZone: string;
  readonly routeTableId: string;
  readonly networkAclId: string;
}

export interface RouteTableSpec {
  readonly id: string;
  /** In no order: the longest prefix decides. Prefix lists are written out. */
  readonly routes: readonly RouteSpec[];
  /**
   * What VPC Block Public Access leaves of its internet gateways: nothing, or what is opened from inside through a NAT
   * gateway or an egress-only one. All where absent.
   */
  readonly publicAccess?: "none" | "outward";
  /** The table that this is, where its subnets differ in that: `id` is of this part of it alone. */
  readonly partOf?: string;
}

export interface RouteSpec {
  /** An IPv4 or IPv6 block. */
  readonly destination: string;
  readonly target: RouteTarget;
}

/** `blackhole` is a route whose target is gone. */
export type RouteTarget =
  | { readonly kind: "local" }
  | {
      readonly kind:
        | "internet-gateway"
        | "egress-only-internet-gateway"
        | "nat-gateway"
        | "vpc-peering-connection"
        | "network-interface"
        | "vpc-endpoint"
        | "blackhole";
      readonly id: string;
    };

export interface NetworkAclSpec {
  readonly id: string;
  /** By rule number, without the last rule that denies all. */
  readonly ingress: readonly NetworkAclEntrySpec[];
  readonly egress: readonly NetworkAclEntrySpec[];
}

export interface NetworkAclEntrySpec {
  readonly ruleNumber: number;
  readonly action: "allow" | "deny";
  /** `-1` for all, or an IP protocol number. */
  readonly protocol: string;
  /** An IPv4 or IPv6 block. */
  readonly cidr: string;
  readonly fromPort?: number;
  readonly toPort?: number;
  /** -1 for all. */
  readonly icmpType?: number;
  readonly icmpCode?: number;
}

export interface PrefixListSpec {
  readonly id: string;
  readonly cidrs: readonly string[];
}

export interface NatGatewaySpec {
  readonly id: string;
  readonly subnetId: SubnetId;
  readonly connectivity: "public" | "private";
  readonly networkInterfaceId: NetworkInterfaceId;
  readonly privateAddress: string;
  readonly publicAddress?: string;
}

export interface VpcPeeringSpec {
  readonly id: string;
  readonly peerVpcId: VpcId;
  readonly peerCidrs: readonly string[];
  /** Of the other VPC, since its groups may be named as a source. */
  readonly peerInterfaces: readonly InterfaceMembership[];
}

export interface VpcEndpointSpec {
  readonly id: string;
  readonly kind: "interface" | "gateway";
  /** `com.amazonaws.<region>.<service>` */
  readonly serviceName: string;
  /** The policy document as JSON; absent where all is allowed. */
  readonly policy?: string;
  /** Names that lead to the endpoint inside the VPC; empty without private DNS. */
  readonly privateDnsNames: readonly string[];
  /** The endpoint's own names: regional, then one for each zone. */
  readonly dnsNames: readonly string[];
  /** Of an interface endpoint, one for each of its subnets; they are among the VPC's interfaces too. */
  readonly interfaces: readonly {
    readonly id: NetworkInterfaceId;
    readonly subnetId: SubnetId;
    readonly privateAddress: string;
  }[];
}

export interface FlowLogSpec {
  /** `fl-…` */
  readonly id: string;
  /** The VPC, a subnet or an interface. */
  readonly resourceId: string;
  readonly traffic: "ACCEPT" | "REJECT" | "ALL";
  readonly aggregationSeconds: number;
  /** Fields such as `${srcaddr}`, in AWS's notation. */
  readonly format: string;
}

export interface InterfaceMembership {
  readonly id: NetworkInterfaceId;
  /** The IPv4 address; absent in a subnet of IPv6 alone. */
  readonly privateAddress?: string;
  readonly ipv6Address?: string;
  readonly macAddress: string;
  readonly publicAddress?: string;
  readonly subnetId: SubnetId;
  readonly securityGroupIds: readonly SecurityGroupId[];
}

/** Interfaces of a VPC that came, changed or went, where the rest of the VPC is as it was. */
export interface VpcInterfacesUpdate {
  readonly vpcId: VpcId;
  readonly changed: readonly InterfaceMembership[];
  readonly removed: readonly NetworkInterfaceId[];
}

export interface SecurityGroupSpec {
  readonly id: SecurityGroupId;
  readonly ingress: readonly SecurityGroupRuleSpec[];
  readonly egress: readonly SecurityGroupRuleSpec[];
}

export interface SecurityGroupRuleSpec {
  /** `-1` for all, `tcp`, `udp`, `icmp`, `icmpv6`, or an IP protocol number. */
  readonly protocol: string;
  /** For ICMP the type; -1 for all. */
  readonly fromPort?: number;
  /** For ICMP the code; -1 for all. */
  readonly toPort?: number;
  readonly peer:
    | { readonly kind: "cidr"; readonly cidr: string }
    | { readonly kind: "group"; readonly groupId: SecurityGroupId }
    | { readonly kind: "prefix-list"; readonly prefixListId: string };
}
