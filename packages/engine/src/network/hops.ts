import type {
  NetworkAclEntrySpec,
  NetworkInterfaceId,
  RouteSpec,
  SecurityGroupId,
  SecurityGroupRuleSpec,
  SubnetId,
  VpcId,
} from "@fleetless/kernel";
import type { PortRange } from "./decide-acl.ts";

interface Decided {
  readonly allowed: boolean;
  /** The VPC that the hop is in. */
  readonly vpcId: VpcId;
  /** It is on the way of the answers back. */
  readonly reply?: true;
}

/** One place that a packet passes, or is stopped at: what decided there. */
export type Hop =
  | (Decided & {
      readonly kind: "security-groups";
      readonly direction: "ingress" | "egress";
      readonly interfaceId: NetworkInterfaceId;
      readonly by?: { readonly groupId: SecurityGroupId; readonly rule: SecurityGroupRuleSpec };
    })
  | (Decided & {
      readonly kind: "network-acl";
      readonly id: string;
      readonly subnetId: SubnetId;
      readonly direction: "ingress" | "egress";
      /** Absent where the last rule, which denies all, decided. */
      readonly entry?: NetworkAclEntrySpec;
      /** Of answers: the ports that they go to, or where they are stopped those that are refused. */
      readonly ports?: PortRange;
    })
  | (Decided & {
      readonly kind: "route-table";
      readonly id: string;
      readonly subnetId: SubnetId;
      /** Absent where no route covers the address. */
      readonly route?: RouteSpec;
    })
  | (Decided & {
      readonly kind: "internet-gateway";
      readonly id: string;
      readonly direction: "ingress" | "egress";
      /** VPC Block Public Access lets nothing pass. */
      readonly closed?: true;
      /** What the world sees; absent where there is nothing to show, so that nothing passes. */
      readonly publicAddress?: string;
    })
  | (Decided & {
      readonly kind: "egress-only-internet-gateway";
      readonly id: string;
      readonly direction: "ingress" | "egress";
      /** VPC Block Public Access lets nothing pass. */
      readonly closed?: true;
    })
  | (Decided & { readonly kind: "nat-gateway"; readonly id: string; readonly address?: string })
  | (Decided & { readonly kind: "vpc-peering-connection"; readonly id: string })
  | (Decided & { readonly kind: "network-interface"; readonly id?: NetworkInterfaceId; readonly address: string });

const side = (direction: "ingress" | "egress"): string => (direction === "ingress" ? "in" : "out");

const packets = ({ from, to }: PortRange): string =>
  from === to ? `answers to port ${from}` : `answers to ports ${from}-${to}`;

/** What a hop's line calls the ends of the flow, where more is known of them than that. */
export interface FlowNames {
  readonly sender: string;
  readonly destination: string;
}

const anyFlow: FlowNames = { sender: "the interface", destination: "the address" };

/** A hop in one line, for people: what it is, and why the packet passes or not. */
export const describeHop = (hop: Hop): string => describeHopOf(hop, anyFlow);

/** The same with the ends of the flow by their names. */
export const describeHopOf = (hop: Hop, { sender, destination }: FlowNames): string => {
  switch (hop.kind) {
    case "security-groups":
      return hop.by === undefined
        ? `no rule of the security groups of ${hop.interfaceId} lets it ${side(hop.direction)}`
        : `${hop.by.groupId} of ${hop.interfaceId} lets it ${side(hop.direction)}`;
    case "network-acl":
      return `${hop.id} of ${hop.subnetId}, rule ${hop.entry?.ruleNumber ?? "*"}, ${hop.allowed ? "lets" : "does not let"} ${
        hop.ports === undefined ? "it" : packets(hop.ports)
      } ${side(hop.direction)}`;
    case "route-table":
      if (hop.route === undefined) return `${hop.subnetId} has no route to ${destination} in ${hop.id}`;
      return `${hop.id} of ${hop.subnetId} sends ${hop.route.destination} to ${
        hop.route.target.kind === "local" ? "local" : `${hop.route.target.kind} ${hop.route.target.id}`
      }${hop.allowed ? "" : hop.reply ? ", which is not the way back" : ", which leads nowhere"}`;
    case "internet-gateway":
      if (hop.closed) return `${hop.id} is closed by VPC Block Public Access`;
      if (hop.publicAddress === undefined) return `${hop.id} has no public address to show for ${sender}`;
      if (hop.publicAddress.includes(":")) return `${hop.id} lets it ${side(hop.direction)} as it is`;
      return `${hop.id} translates to ${hop.publicAddress}`;
    case "egress-only-internet-gateway":
      if (hop.closed) return `${hop.id} is closed by VPC Block Public Access`;
      return `${hop.id} ${hop.allowed ? "lets it" : "lets nothing but answers"} ${side(hop.direction)}`;
    case "nat-gateway":
      return hop.allowed ? `${hop.id} translates to ${hop.address ?? ""}` : `${hop.id} has no way to ${destination}`;
    case "vpc-peering-connection":
      return `${hop.id} ${hop.allowed ? "leads to the other VPC" : "does not lead there"}`;
    case "network-interface":
      return hop.id === undefined ? `no interface has ${hop.address}` : `${hop.id} has ${hop.address}`;
  }
};
