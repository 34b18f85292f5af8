import { newEc2Id } from "@fleetless/kernel";
import type { Transaction } from "../../state/store.ts";
import { canonicalCidr, cidrContains, familyOf } from "./cidr.ts";
import { type AssociatedBlock, keyInVpc, routeTables, type VpcRecord, vpcs } from "./collections.ts";
import { invalidParameterValue, invalidSubnetRange, invalidVpcRange, missingParameter } from "./errors.ts";
import { touchPeers } from "./ownership.ts";
import { findRouteTable, routeTablesInVpc } from "./repository.ts";
import { blocksOf, localRoutes } from "./vpc-creation.ts";

const canonicalIpv4 = (text: string | undefined): string => {
  if (text === undefined || text === "") throw missingParameter("cidrBlock");
  const cidr = canonicalCidr(text);
  if (cidr === undefined || familyOf(cidr) !== "IPv4") {
    throw invalidParameterValue(
      `Value (${text.slice(0, 60)}) for parameter cidrBlock is invalid. This is not a valid CIDR block.`,
    );
  }
  return cidr;
};

const lengthOf = (cidr: string): number => Number(cidr.slice(cidr.indexOf("/") + 1));

/** An IPv4 block for a VPC, in canonical form. Throws InvalidVpc.Range and InvalidParameterValue. */
export const readVpcBlock = (text: string | undefined): string => {
  const cidr = canonicalIpv4(text);
  if (lengthOf(cidr) < 16 || lengthOf(cidr) > 28) throw invalidVpcRange(cidr);
  return cidr;
};

/** An IPv4 block for a subnet of the VPC, in canonical form. Throws InvalidSubnet.Range and InvalidParameterValue. */
export const readSubnetBlock = (text: string | undefined, vpc: VpcRecord): string => {
  const cidr = canonicalIpv4(text);
  const length = lengthOf(cidr);
  if (length < 16 || length > 28 || !blocksOf(vpc).some((block) => cidrContains(block, cidr))) {
    throw invalidSubnetRange(cidr);
  }
  return cidr;
};

/** An IPv6 /64 of the VPC's for a subnet. Throws InvalidSubnet.Range and InvalidParameterValue. */
export const readSubnetIpv6Block = (text: string, vpc: VpcRecord): AssociatedBlock => {
  const cidr = canonicalCidr(text);
  if (cidr === undefined || familyOf(cidr) !== "IPv6") {
    throw invalidParameterValue(`Value (${text.slice(0, 60)}) for parameter ipv6CidrBlock is invalid.`);
  }
  if (lengthOf(cidr) !== 64 || !(vpc.ipv6Blocks ?? []).some((block) => cidrContains(block.cidr, cidr))) {
    throw invalidSubnetRange(cidr);
  }
  return { associationId: newEc2Id("subnet-cidr-assoc"), cidr };
};

/** Writes a VPC whose blocks changed, with local routes to all of them in each of its tables. */
export const putBlocks = async (transaction: Transaction, vpc: VpcRecord): Promise<void> => {
  transaction.put(vpcs, vpc.id, vpc);
  for (const { id } of await routeTablesInVpc(transaction, vpc.id)) {
    const table = await findRouteTable(transaction, id);
    if (table === undefined) continue;
    const routes = [...localRoutes(vpc), ...table.routes.filter(({ gatewayId }) => gatewayId !== "local")];
    transaction.put(routeTables, keyInVpc(table), { ...table, routes });
  }
  await touchPeers(transaction, vpc.id);
};
