import { newEc2Id } from "@fleetless/kernel";
import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { giveAddressBack, publicPool } from "./address-pool.ts";
import type { NetworkInterfaceRecord } from "./collections.ts";
import { type AddressRecord, addresses } from "./connectivity-collections.ts";
import { ipv6OnlySubnet, publicAddressNotFound } from "./errors.ts";
import { putInterface, withoutAssociation } from "./interface-records.ts";
import type { Ipv4Network } from "./ipv4.ts";
import { requireAddress } from "./ownership.ts";
import { findAddressByPublicAddress, findNetworkInterface, type Scope } from "./repository.ts";

/** How many elastic addresses an account may have: AWS's quota is 5 and may be raised. */
export const maximumAddresses = 200;

/** Puts an elastic address on an interface in place of what it has. Gives the association's id. Throws InvalidParameterCombination. */
export const associateElasticAddress = async (
  transaction: Transaction,
  address: AddressRecord,
  record: NetworkInterfaceRecord,
  publicAddresses: Ipv4Network,
  natGatewayId?: string,
): Promise<string> => {
  const { privateAddress } = record;
  if (privateAddress === undefined) {
    throw ipv6OnlySubnet(`${address.publicAddress} cannot be associated with ${record.id}`, record.subnetId);
  }
  if (record.elastic === undefined && record.publicAddress !== undefined) {
    await giveAddressBack(transaction, publicPool(publicAddresses), record.publicAddress);
  }
  if (record.elastic !== undefined && record.elastic.allocationId !== address.id) {
    const before = await requireAddress(transaction, record, record.elastic.allocationId);
    transaction.put(addresses, before.id, withoutAssociation(before));
  }
  const association = {
    id: newEc2Id("eipassoc"),
    networkInterfaceId: record.id,
    privateAddress,
    ...(natGatewayId === undefined ? {} : { natGatewayId }),
  };
  transaction.put(addresses, address.id, { ...address, association });
  await putInterface(transaction, {
    ...record,
    publicAddress: address.publicAddress,
    elastic: { allocationId: address.id, associationId: association.id },
  });
  return association.id;
};

/** Takes an elastic address off its interface, which is left without a public one. */
export const disassociateElasticAddress = async (transaction: Transaction, address: AddressRecord): Promise<void> => {
  const { association } = address;
  if (association === undefined) return;
  transaction.put(addresses, address.id, withoutAssociation(address));
  const record = await findNetworkInterface(transaction, association.networkInterfaceId);
  if (record === undefined || record.elastic?.allocationId !== address.id) return;
  const { publicAddress: _publicAddress, elastic: _elastic, ...without } = record;
  await putInterface(transaction, without);
};

/** The address that an allocation's id or the address itself names. Throws the not-found errors. */
export const requireNamedAddress = async (
  transaction: ReadTransaction,
  scope: Scope,
  named: { readonly AllocationId?: string | undefined; readonly PublicIp?: string | undefined },
): Promise<AddressRecord> => {
  if (named.AllocationId !== undefined || named.PublicIp === undefined) {
    return requireAddress(transaction, scope, named.AllocationId);
  }
  const found = await findAddressByPublicAddress(transaction, named.PublicIp);
  if (found === undefined || found.accountId !== scope.accountId || found.region !== scope.region) {
    throw publicAddressNotFound(named.PublicIp);
  }
  return found;
};
