import { randomBytes } from "node:crypto";
import { formatIpv6, parseIpv6Block } from "@fleetless/engine";
import { networkInterfaceId, newEc2Id } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import {
  type AddressPool,
  freeAddressCount,
  giveAddressBack,
  publicPool,
  subnetPool,
  takeAddress,
  takeChosenAddress,
  touchPool,
} from "./address-pool.ts";
import { cidrContains } from "./cidr.ts";
import {
  type AssociatedBlock,
  keyInVpc,
  type NetworkInterfaceRecord,
  networkInterfaces,
  type SubnetRecord,
} from "./collections.ts";
import { type AddressRecord, addresses } from "./connectivity-collections.ts";
import { addressInUse, invalidParameterValue, ipv6OnlySubnet, noFreeAddress } from "./errors.ts";
import { type Ipv4Network, parseIpv4, parseIpv4Network } from "./ipv4.ts";
import { touchPeers } from "./ownership.ts";
import { findAddress, findNetworkInterface, findSubnet } from "./repository.ts";
import { guardSecurityGroup } from "./security-group-changes.ts";
import { privateDnsNameOf } from "./zones.ts";

const noAddresses: Ipv4Network = { first: 0, prefixLength: 32, size: 0 };

const networkOf = ({ id, cidr }: SubnetRecord): Ipv4Network => {
  if (cidr === undefined) return noAddresses;
  const network = parseIpv4Network(cidr);
  if (network === undefined) throw new Error(`Subnet ${id} has an unreadable range ${cidr}.`);
  return network;
};

/** The subnet's IPv4 addresses; none where it has IPv6 alone. */
export const poolOf = (subnet: SubnetRecord): AddressPool => subnetPool(subnet.id, networkOf(subnet));

/** How many IPv4 addresses the subnet has left. */
export const freeAddressesOf = async (transaction: ReadTransaction, subnet: SubnetRecord): Promise<number> => {
  const free = await freeAddressCount(transaction, poolOf(subnet));
  return subnet.cidr === undefined ? 0 : free;
};

const newMacAddress = (): string =>
  `02:${[...randomBytes(5)].map((byte) => byte.toString(16).padStart(2, "0")).join(":")}`;

/** Any address of the subnet's IPv6 block: of 2^64, so that none is ever met twice. */
const newIpv6Address = ({ cidr }: AssociatedBlock): string => {
  const network = parseIpv6Block(cidr);
  if (network === undefined) throw new Error(`Unreadable IPv6 block ${cidr}.`);
  return formatIpv6(network.network + BigInt(`0x${randomBytes(8).toString("hex")}`));
};

/** The address that is asked for, or any. Throws InvalidIPAddress.InUse, InsufficientFreeAddressesInSubnet, InvalidParameterCombination. */
export const takeInterfaceAddress = async (
  transaction: Transaction,
  subnet: SubnetRecord,
  wanted?: string,
): Promise<string> => {
  const { cidr } = subnet;
  if (cidr === undefined) throw ipv6OnlySubnet("A private IPv4 address cannot be had", subnet.id);
  if (wanted === undefined) {
    const address = await takeAddress(transaction, poolOf(subnet));
    if (address === undefined) throw noFreeAddress(subnet.id);
    return address;
  }
  if (parseIpv4(wanted) === undefined || !cidrContains(cidr, `${wanted}/32`)) {
    throw invalidParameterValue(`Address ${wanted.slice(0, 40)} does not fall within the subnet's address range`);
  }
  if (!(await takeChosenAddress(transaction, poolOf(subnet), wanted))) throw addressInUse(wanted);
  return wanted;
};

type GivenFields = Pick<
  NetworkInterfaceRecord,
  | "tags"
  | "description"
  | "publicAddress"
  | "elastic"
  | "securityGroupIds"
  | "attachmentId"
  | "ec2AttachmentId"
  | "attachedAt"
  | "ownerId"
  | "interfaceType"
  | "madeByCaller"
  | "sourceDestCheck"
>;

/** How many addresses of one kind an interface may have: EC2's most for any instance type. */
const maximumAddresses = 50;

/** Throws InvalidParameterValue where so many addresses cannot be asked for. */
export const requireAddressCount = (name: string, count: number): void => {
  if (count < 0 || count > maximumAddresses) {
    throw invalidParameterValue(`Value (${count}) for parameter ${name} is invalid.`);
  }
};

export interface WantedAddresses {
  readonly privateAddress?: string | undefined;
  /** The private address that was taken for it already. */
  readonly takenAddress?: string | undefined;
  readonly secondaryAddresses?: readonly string[] | undefined;
  /** In place of what the subnet's settings say. */
  readonly ipv6AddressCount?: number | undefined;
}

const firstAddress = async (
  transaction: Transaction,
  subnet: SubnetRecord,
  { takenAddress, privateAddress }: WantedAddresses,
): Promise<string | undefined> => {
  if (takenAddress !== undefined) return takenAddress;
  if (subnet.cidr !== undefined || privateAddress !== undefined) {
    return takeInterfaceAddress(transaction, subnet, privateAddress);
  }
  await touchPool(transaction, subnet.id);
  return undefined;
};

/** Writes an interface with addresses of its subnet. Throws as `takeInterfaceAddress` does. */
export const insertInterface = async (
  transaction: Transaction,
  subnet: SubnetRecord,
  given: GivenFields,
  wanted: WantedAddresses = {},
): Promise<NetworkInterfaceRecord> => {
  const privateAddress = await firstAddress(transaction, subnet, wanted);
  const ipv6Count = wanted.ipv6AddressCount ?? (subnet.assignIpv6AddressOnCreation ? 1 : 0);
  const { ipv6Block } = subnet;
  if (ipv6Count > 0 && ipv6Block === undefined) {
    throw invalidParameterValue(`The subnet ${subnet.id} has no IPv6 CIDR block.`);
  }
  if (ipv6Count === 0 && privateAddress === undefined) {
    throw ipv6OnlySubnet("An interface without an IPv6 address cannot be made", subnet.id);
  }
  const record: NetworkInterfaceRecord = {
    ...given,
    id: networkInterfaceId(newEc2Id("eni")),
    accountId: subnet.accountId,
    region: subnet.region,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    availabilityZone: subnet.availabilityZone,
    ...(privateAddress === undefined
      ? {}
      : { privateAddress, privateDnsName: privateDnsNameOf(privateAddress, subnet.region) }),
    macAddress: newMacAddress(),
    ...(wanted.secondaryAddresses === undefined ? {} : { secondaryAddresses: wanted.secondaryAddresses }),
    ...(ipv6Count > 0 && ipv6Block !== undefined
      ? { ipv6Addresses: Array.from({ length: ipv6Count }, () => newIpv6Address(ipv6Block)) }
      : {}),
  };
  for (const id of record.securityGroupIds) await guardSecurityGroup(transaction, id);
  transaction.insert(networkInterfaces, keyInVpc(record), record);
  await touchPeers(transaction, record.vpcId);
  return record;
};

/** Writes a changed interface, and has everyone learn of it who must. */
export const putInterface = async (transaction: Transaction, record: NetworkInterfaceRecord): Promise<void> => {
  transaction.put(networkInterfaces, keyInVpc(record), record);
  await touchPeers(transaction, record.vpcId);
};

/** The first one first; none where the interface is of IPv6 alone. */
export const ipv4AddressesOf = ({
  privateAddress,
  secondaryAddresses = [],
}: NetworkInterfaceRecord): readonly string[] =>
  privateAddress === undefined ? [] : [privateAddress, ...secondaryAddresses];

/** The pool may be another one since the interface was made; what is not of this one has no line to stand in. */
const contains = (network: Ipv4Network, address: string): boolean =>
  parseIpv4Network(`${address}/${network.prefixLength}`)?.first === network.first;

/** Deletes an interface and gives its addresses back; an elastic one is only taken off. One that is gone is no error. */
export const releaseNetworkInterfaceTo = async (
  transaction: Transaction,
  id: string,
  publicAddresses: Ipv4Network,
): Promise<void> => {
  const record = await findNetworkInterface(transaction, id);
  if (record === undefined) return;
  const subnet = await findSubnet(transaction, record.subnetId);
  if (subnet !== undefined) {
    for (const address of ipv4AddressesOf(record)) {
      await giveAddressBack(transaction, poolOf(subnet), address);
    }
  }
  if (record.elastic !== undefined) {
    const elastic = await findAddress(transaction, record.elastic.allocationId);
    if (elastic !== undefined) transaction.put(addresses, elastic.id, withoutAssociation(elastic));
  } else if (record.publicAddress !== undefined && contains(publicAddresses, record.publicAddress)) {
    await giveAddressBack(transaction, publicPool(publicAddresses), record.publicAddress);
  }
  transaction.delete(networkInterfaces, keyInVpc(record));
  await touchPeers(transaction, record.vpcId);
};

export const withoutAssociation = ({ association: _association, ...address }: AddressRecord): AddressRecord => address;
