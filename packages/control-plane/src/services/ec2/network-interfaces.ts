import { randomBytes } from "node:crypto";
import {
  type NetworkInterfaceSpec,
  networkInterfaceId,
  newEc2Id,
  type SecurityGroupId,
  ServiceError,
  securityGroupId,
} from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { freeAddressCount, giveAddressBack, publicPool, subnetPool, takeAddress } from "./address-pool.ts";
import { keyInVpc, type NetworkInterfaceRecord, networkInterfaces, type SubnetRecord } from "./collections.ts";
import {
  groupOfOtherVpc,
  noFreeAddress,
  noFreePublicAddress,
  securityGroupNotFound,
  subnetNotFound,
  tooManyGroups,
} from "./errors.ts";
import { formatIpv4Network, type Ipv4Network, parseIpv4Network } from "./ipv4.ts";
import { findNetworkInterface, findSecurityGroup, findSecurityGroupByName, findSubnet } from "./repository.ts";
import { guardSecurityGroup } from "./security-group-changes.ts";
import { privateDnsNameOf } from "./zones.ts";

export interface NetworkInterfaceRequest {
  readonly accountId: string;
  readonly region: string;
  readonly subnetId: string;
  /** The VPC's default group where empty. */
  readonly securityGroupIds: readonly string[];
  readonly assignPublicAddress: boolean;
  readonly description: string;
  /** The attachment that ECS shows. */
  readonly attachmentId: string;
  /** What uses the interface, such as a task's ARN. */
  readonly ownerId: string;
}

export interface CreatedNetworkInterface {
  readonly networkInterface: NetworkInterfaceSpec;
  readonly availabilityZone: string;
}

/** AWS's default quota of groups on one interface is 5, its highest 16. */
export const maximumGroups = 16;

const networkOf = (subnet: SubnetRecord): Ipv4Network => {
  const network = parseIpv4Network(subnet.cidr);
  if (network === undefined) throw new Error(`Subnet ${subnet.id} has an unreadable range ${subnet.cidr}.`);
  return network;
};

const resolveGroups = async (
  transaction: ReadTransaction,
  request: NetworkInterfaceRequest,
  subnet: SubnetRecord,
): Promise<readonly SecurityGroupId[]> => {
  const wanted = [...new Set(request.securityGroupIds)];
  if (wanted.length > maximumGroups) throw tooManyGroups(maximumGroups);
  if (wanted.length === 0) {
    const group = await findSecurityGroupByName(transaction, subnet.vpcId, "default");
    if (group === undefined) throw securityGroupNotFound("default");
    return [group.id];
  }
  for (const id of wanted) {
    const group = await findSecurityGroup(transaction, id);
    if (group === undefined || group.accountId !== request.accountId || group.region !== request.region) {
      throw securityGroupNotFound(id);
    }
    if (group.vpcId !== subnet.vpcId) throw groupOfOtherVpc(id, subnet.id);
  }
  return wanted.map(securityGroupId);
};

/**
 * Makes the interface of one workload, attached from the start. Throws InvalidSubnetID.NotFound,
 * InvalidGroup.NotFound, InvalidParameter (a group of another VPC), InsufficientFreeAddressesInSubnet and
 * InsufficientAddressCapacity. `publicAddresses` is the pool of the nodes.
 */
export const createNetworkInterfaceFrom = async (
  transaction: Transaction,
  request: NetworkInterfaceRequest,
  publicAddresses: Ipv4Network,
  now: number,
): Promise<CreatedNetworkInterface> => {
  const subnet = await findSubnet(transaction, request.subnetId);
  if (subnet === undefined || subnet.accountId !== request.accountId || subnet.region !== request.region) {
    throw subnetNotFound(request.subnetId);
  }
  const securityGroupIds = await resolveGroups(transaction, request, subnet);
  const privateAddress = await takeAddress(transaction, subnetPool(subnet.id, networkOf(subnet)));
  if (privateAddress === undefined) throw noFreeAddress(subnet.id);
  const publicAddress = request.assignPublicAddress
    ? await takeAddress(transaction, publicPool(publicAddresses))
    : undefined;
  if (request.assignPublicAddress && publicAddress === undefined) {
    throw noFreePublicAddress(formatIpv4Network(publicAddresses));
  }
  const record: NetworkInterfaceRecord = {
    id: networkInterfaceId(newEc2Id("eni")),
    accountId: request.accountId,
    region: request.region,
    tags: {},
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    availabilityZone: subnet.availabilityZone,
    description: request.description,
    privateAddress,
    privateDnsName: privateDnsNameOf(privateAddress, request.region),
    macAddress: `02:${[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`,
    ...(publicAddress === undefined ? {} : { publicAddress }),
    securityGroupIds,
    attachmentId: request.attachmentId,
    ec2AttachmentId: newEc2Id("ela-attach"),
    attachedAt: now,
    ownerId: request.ownerId,
  };
  for (const id of securityGroupIds) await guardSecurityGroup(transaction, id);
  transaction.insert(networkInterfaces, keyInVpc(record), record);
  return {
    availabilityZone: subnet.availabilityZone,
    networkInterface: {
      id: record.id,
      attachmentId: record.attachmentId,
      vpcId: record.vpcId,
      subnetId: record.subnetId,
      subnetCidr: subnet.cidr,
      privateAddress,
      privateDnsName: record.privateDnsName,
      macAddress: record.macAddress,
      ...(publicAddress === undefined ? {} : { publicAddress }),
      securityGroupIds,
    },
  };
};

/** Deletes an interface and gives its addresses back. Releasing one that is gone succeeds. */
export const releaseNetworkInterfaceTo = async (
  transaction: Transaction,
  id: string,
  publicAddresses: Ipv4Network,
): Promise<void> => {
  const record = await findNetworkInterface(transaction, id);
  if (record === undefined) return;
  const subnet = await findSubnet(transaction, record.subnetId);
  if (subnet !== undefined) {
    await giveAddressBack(transaction, subnetPool(subnet.id, networkOf(subnet)), record.privateAddress);
  }
  if (record.publicAddress !== undefined && contains(publicAddresses, record.publicAddress)) {
    await giveAddressBack(transaction, publicPool(publicAddresses), record.publicAddress);
  }
  transaction.delete(networkInterfaces, keyInVpc(record));
};

/** The pool may be another one since the interface was made; what is not of this one has no line to stand in. */
const contains = (network: Ipv4Network, address: string): boolean =>
  parseIpv4Network(`${address}/${network.prefixLength}`)?.first === network.first;

const ecsWordings: Readonly<Record<string, string>> = {
  "InvalidSubnetID.NotFound": "Error retrieving subnet information for",
  "InvalidGroup.NotFound": "Error retrieving security group information for",
};

/**
 * What ECS says in the InvalidParameterException with which it answers such a refusal of EC2; undefined
 * where the refusal is not about the caller's parameters.
 */
export const refusalInEcsWords = (
  thrown: unknown,
  request: Pick<NetworkInterfaceRequest, "subnetId" | "securityGroupIds">,
): string | undefined => {
  if (!(thrown instanceof ServiceError)) return undefined;
  if (thrown.code === "InvalidParameter") {
    return "Security Group(s) and subnets do not appear to belong to the same VPC.";
  }
  const opening = ecsWordings[thrown.code];
  if (opening === undefined) return undefined;
  const ids = thrown.code === "InvalidSubnetID.NotFound" ? [request.subnetId] : request.securityGroupIds;
  return `${opening} [${ids.join(", ")}]: ${thrown.message} (ErrorCode: ${thrown.code})`;
};

/** How many interfaces the subnet still has room for. */
export const freeAddressesOf = (transaction: ReadTransaction, subnet: SubnetRecord): Promise<number> =>
  freeAddressCount(transaction, subnetPool(subnet.id, networkOf(subnet)));
