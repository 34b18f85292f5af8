import {
  type NetworkInterfaceSpec,
  newEc2Id,
  type SecurityGroupId,
  ServiceError,
  securityGroupId,
} from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { publicPool, takeAddress } from "./address-pool.ts";
import type { SubnetRecord } from "./collections.ts";
import {
  groupOfOtherVpc,
  ipv6OnlySubnet,
  noFreePublicAddress,
  securityGroupNotFound,
  subnetNotFound,
  tooManyGroups,
} from "./errors.ts";
import { insertInterface } from "./interface-records.ts";
import { formatIpv4Network, type Ipv4Network } from "./ipv4.ts";
import { findSecurityGroup, findSecurityGroupByName, findSubnet } from "./repository.ts";

export interface NetworkInterfaceRequest {
  readonly accountId: string;
  readonly region: string;
  readonly subnetId: string;
  /** The VPC's default group where empty. */
  readonly securityGroupIds: readonly string[];
  readonly assignPublicAddress: boolean;
  /** Gives it an address of the subnet's IPv6 block, where there is one; in a subnet of IPv6 alone it has one anyway. */
  readonly assignIpv6Address: boolean;
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

/**
 * The groups that an interface of the subnet is to have: the VPC's default one where none is named. Throws
 * InvalidGroup.NotFound, InvalidParameter (a group of another VPC), SecurityGroupsPerInterfaceLimitExceeded.
 */
export const resolveGroups = async (
  transaction: ReadTransaction,
  request: Pick<NetworkInterfaceRequest, "accountId" | "region" | "securityGroupIds">,
  subnet: Pick<SubnetRecord, "id" | "vpcId">,
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
 * InvalidGroup.NotFound, InvalidParameter (a group of another VPC), InsufficientFreeAddressesInSubnet,
 * InsufficientAddressCapacity and InvalidParameterCombination (a public address in a subnet of IPv6 alone). `publicAddresses` is the pool of the nodes.
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
  const isIpv6Only = subnet.cidr === undefined;
  if (isIpv6Only && request.assignPublicAddress) {
    throw ipv6OnlySubnet("A public IPv4 address cannot be assigned", subnet.id);
  }
  const securityGroupIds = await resolveGroups(transaction, request, subnet);
  const publicAddress = request.assignPublicAddress
    ? await takeAddress(transaction, publicPool(publicAddresses))
    : undefined;
  if (request.assignPublicAddress && publicAddress === undefined) {
    throw noFreePublicAddress(formatIpv4Network(publicAddresses));
  }
  const record = await insertInterface(
    transaction,
    subnet,
    {
      tags: {},
      description: request.description,
      ...(publicAddress === undefined ? {} : { publicAddress }),
      securityGroupIds,
      attachmentId: request.attachmentId,
      ec2AttachmentId: newEc2Id("ela-attach"),
      attachedAt: now,
      ownerId: request.ownerId,
    },
    // Whatever the subnet says of interfaces that others make in it.
    { ipv6AddressCount: isIpv6Only || (request.assignIpv6Address && subnet.ipv6Block !== undefined) ? 1 : 0 },
  );
  const { privateAddress, privateDnsName } = record;
  const [ipv6Address] = record.ipv6Addresses ?? [];
  return {
    availabilityZone: subnet.availabilityZone,
    networkInterface: {
      id: record.id,
      attachmentId: record.attachmentId,
      vpcId: record.vpcId,
      subnetId: record.subnetId,
      ...(subnet.cidr === undefined || privateAddress === undefined ? {} : { subnetCidr: subnet.cidr, privateAddress }),
      ...(privateDnsName === undefined ? {} : { privateDnsName }),
      ...(ipv6Address === undefined || subnet.ipv6Block === undefined
        ? {}
        : { ipv6Address, ipv6SubnetCidr: subnet.ipv6Block.cidr }),
      macAddress: record.macAddress,
      ...(publicAddress === undefined ? {} : { publicAddress }),
      securityGroupIds,
    },
  };
};

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
  if (thrown.code === "InvalidParameterCombination") return thrown.message;
  if (thrown.code === "InvalidParameter") {
    return "Security Group(s) and subnets do not appear to belong to the same VPC.";
  }
  const opening = ecsWordings[thrown.code];
  if (opening === undefined) return undefined;
  const ids = thrown.code === "InvalidSubnetID.NotFound" ? [request.subnetId] : request.securityGroupIds;
  return `${opening} [${ids.join(", ")}]: ${thrown.message} (ErrorCode: ${thrown.code})`;
};

/** The first of the subnets, as far as there are such, that has IPv6 alone. */
export const ipv6OnlyAmong = async (
  transaction: ReadTransaction,
  subnetIds: readonly string[],
): Promise<string | undefined> => {
  for (const id of subnetIds) {
    const subnet = await findSubnet(transaction, id);
    if (subnet !== undefined && subnet.cidr === undefined) return id;
  }
  return undefined;
};

/** Whether the subnets, as far as there are such, lie in one VPC, as those of one task must. */
export const areInOneVpc = async (transaction: ReadTransaction, subnetIds: readonly string[]): Promise<boolean> => {
  if (subnetIds.length < 2) return true;
  const vpcIds = new Set<string>();
  for (const id of subnetIds) {
    const subnet = await findSubnet(transaction, id);
    if (subnet !== undefined) vpcIds.add(subnet.vpcId);
  }
  return vpcIds.size < 2;
};
