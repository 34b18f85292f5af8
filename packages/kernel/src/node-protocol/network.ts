import type { NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId } from "../ids.ts";

/** All that a node must know of a VPC to enforce it for the interfaces on it. */
export interface VpcSpec {
  readonly id: VpcId;
  readonly cidr: string;
  readonly region: string;
  readonly subnets: readonly SubnetSpec[];
  readonly securityGroups: readonly SecurityGroupSpec[];
  /** Every interface of the VPC on any node, since a group may be a source. */
  readonly interfaces: readonly InterfaceMembership[];
}

export interface SubnetSpec {
  readonly id: SubnetId;
  readonly cidr: string;
  readonly availabilityZone: string;
  /** Whether the subnet's route table sends 0.0.0.0/0 to an internet gateway. */
  readonly internetGateway: boolean;
}

export interface InterfaceMembership {
  readonly id: NetworkInterfaceId;
  readonly privateAddress: string;
  readonly macAddress: string;
  readonly publicAddress?: string;
  readonly subnetId: SubnetId;
  readonly securityGroupIds: readonly SecurityGroupId[];
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
    | { readonly kind: "group"; readonly groupId: SecurityGroupId };
}
