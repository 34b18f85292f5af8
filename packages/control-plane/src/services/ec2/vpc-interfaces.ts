import {
  type InterfaceMembership,
  type NetworkInterfaceId,
  networkInterfaceId,
  type VpcId,
  type VpcInterfacesUpdate,
} from "@fleetless/kernel";
import type { Change, ReadTransaction } from "../../state/store.ts";
import { type NetworkInterfaceRecord, networkInterfaces } from "./collections.ts";
import { vpcNotFound } from "./errors.ts";
import { leadsToInterface } from "./live-targets.ts";
import { findVpc, routeTablesInVpc } from "./repository.ts";

export const membershipOf = (record: NetworkInterfaceRecord): InterfaceMembership => {
  const [ipv6Address] = record.ipv6Addresses ?? [];
  return {
    id: record.id,
    ...(record.privateAddress === undefined ? {} : { privateAddress: record.privateAddress }),
    ...(ipv6Address === undefined ? {} : { ipv6Address }),
    macAddress: record.macAddress,
    ...(record.publicAddress === undefined ? {} : { publicAddress: record.publicAddress }),
    subnetId: record.subnetId,
    securityGroupIds: record.securityGroupIds,
  };
};

/** The interface where a change of the store altered nothing else of its VPC. */
export const interfaceChangedBy = (change: Change): NetworkInterfaceId | undefined => {
  const [, id] = change.key.split("/");
  return change.collection === networkInterfaces.name && id ? networkInterfaceId(id) : undefined;
};

/**
 * These interfaces of a VPC as they are now, each read by its key, since a VPC may have thousands. Undefined where a
 * route leads to an interface: whether that one is there decides about the route. Throws InvalidVpcID.NotFound.
 */
export const readVpcInterfaces = async (
  transaction: ReadTransaction,
  id: VpcId,
  interfaces: ReadonlySet<NetworkInterfaceId>,
): Promise<VpcInterfacesUpdate | undefined> => {
  if ((await findVpc(transaction, id)) === undefined) throw vpcNotFound(id);
  if (leadsToInterface(await routeTablesInVpc(transaction, id))) return undefined;
  const changed: InterfaceMembership[] = [];
  const removed: NetworkInterfaceId[] = [];
  for (const each of interfaces) {
    const record = await transaction.get(networkInterfaces, `${id}/${each}`);
    if (record === undefined) removed.push(each);
    else changed.push(membershipOf(record));
  }
  return { vpcId: id, changed, removed };
};
