import type { VpcId } from "@fleetless/kernel";
import type { ReadTransaction } from "../../state/store.ts";
import type { RouteTableRecord } from "./collections.ts";
import {
  egressOnlyInternetGatewaysInVpc,
  internetGatewaysOf,
  natGatewaysInVpc,
  networkInterfacesInVpc,
  peeringsOfVpc,
  type Scope,
  vpcEndpointsInVpc,
} from "./repository.ts";
import { natGatewayState } from "./views/gateways.ts";
import { vpnGatewayOfVpc } from "./vpn-collections.ts";

/** Whether a route's target is an interface. A VPC may have thousands, which are looked at only then. */
export const leadsToInterface = (tables: readonly RouteTableRecord[]): boolean =>
  tables.some(({ routes }) => routes.some(({ gatewayId }) => gatewayId.startsWith("eni-")));

/**
 * The targets of a VPC's routes that exist, beside `local`. A route to any other is a blackhole: its gateway was
 * detached or deleted, its peering ended.
 */
export const liveTargetsOf = async (
  transaction: ReadTransaction,
  vpc: Scope & { readonly id: VpcId },
  tables: readonly RouteTableRecord[],
): Promise<ReadonlySet<string>> => {
  const leadsToVpn = tables.some(({ routes }) => routes.some(({ gatewayId }) => gatewayId.startsWith("vgw-")));
  const vpnGateway = leadsToVpn ? await vpnGatewayOfVpc(transaction, vpc) : undefined;
  const attached = (await internetGatewaysOf(transaction, vpc)).filter(({ vpcId }) => vpcId === vpc.id);
  const natGatewaysHere = await natGatewaysInVpc(transaction, vpc.id);
  return new Set([
    ...attached.map(({ id }) => id),
    ...(vpnGateway === undefined ? [] : [vpnGateway.id]),
    ...(await egressOnlyInternetGatewaysInVpc(transaction, vpc.id)).map(({ id }) => id),
    ...natGatewaysHere.filter((one) => natGatewayState(one) === "available").map(({ id }) => id),
    ...(await peeringsOfVpc(transaction, vpc.id)).filter(({ status }) => status === "active").map(({ id }) => id),
    ...(leadsToInterface(tables) ? await networkInterfacesInVpc(transaction, vpc.id) : []).map(({ id }) => id),
    ...(await vpcEndpointsInVpc(transaction, vpc.id)).map(({ id }) => id),
  ]);
};
