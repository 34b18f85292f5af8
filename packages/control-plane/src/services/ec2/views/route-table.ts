import type { RouteState, RouteTable } from "@aws-sdk/client-ec2";
import { familyOf } from "../cidr.ts";
import type { RouteRecord, RouteTableRecord } from "../collections.ts";
import { tagsView } from "../tags.ts";

const destinationView = (destination: string) => {
  if (destination.startsWith("pl-")) return { DestinationPrefixListId: destination };
  return familyOf(destination) === "IPv6"
    ? { DestinationIpv6CidrBlock: destination }
    : { DestinationCidrBlock: destination };
};

const targetView = (target: string) => {
  switch (target.slice(0, target.lastIndexOf("-"))) {
    case "nat":
      return { NatGatewayId: target };
    case "eni":
      return { NetworkInterfaceId: target };
    case "pcx":
      return { VpcPeeringConnectionId: target };
    case "eigw":
      return { EgressOnlyInternetGatewayId: target };
    default:
      return { GatewayId: target };
  }
};

export const routeState = ({ gatewayId }: RouteRecord, liveTargets: ReadonlySet<string>): RouteState =>
  gatewayId === "local" || liveTargets.has(gatewayId) ? "active" : "blackhole";

/** `liveTargets` are those that exist: routes to others are blackholes. */
export const routeTableView = (table: RouteTableRecord, liveTargets: ReadonlySet<string>): RouteTable => ({
  RouteTableId: table.id,
  OwnerId: table.accountId,
  VpcId: table.vpcId,
  Associations: table.associations.map(({ id, subnetId }) => ({
    RouteTableAssociationId: id,
    RouteTableId: table.id,
    Main: subnetId === undefined,
    ...(subnetId === undefined ? {} : { SubnetId: subnetId }),
    AssociationState: { State: "associated" },
  })),
  PropagatingVgws: (table.propagatingGateways ?? []).map((GatewayId) => ({ GatewayId })),
  Routes: table.routes.map((route) => ({
    ...destinationView(route.destinationCidr),
    ...targetView(route.gatewayId),
    Origin: route.origin,
    State: routeState(route, liveTargets),
  })),
  Tags: tagsView(table.tags),
});
