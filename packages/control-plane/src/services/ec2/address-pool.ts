import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { addressPools, freedAddresses } from "./collections.ts";
import { formatIpv4, type Ipv4Network, parseIpv4 } from "./ipv4.ts";

/** A range of addresses of which some at either end are never handed out. */
export interface AddressPool {
  /** The pool's key in the store, such as a subnet's id. */
  readonly name: string;
  readonly network: Ipv4Network;
  readonly reservedAtStart: number;
  readonly reservedAtEnd: number;
}

/** The first four addresses and the last are AWS's. https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html */
export const subnetPool = (subnetId: string, network: Ipv4Network): AddressPool => ({
  name: subnetId,
  network,
  reservedAtStart: 4,
  reservedAtEnd: 1,
});

/** The network's own address, its router and the broadcast address stay free. */
export const publicPool = (network: Ipv4Network): AddressPool => ({
  name: `public-${formatIpv4(network.first)}-${network.prefixLength}`,
  network,
  reservedAtStart: 2,
  reservedAtEnd: 1,
});

const fresh = { next: 0, oldestFreed: 0, nextFreed: 0 };
const capacity = (pool: AddressPool): number =>
  Math.max(0, pool.network.size - pool.reservedAtStart - pool.reservedAtEnd);
const lineKey = (pool: AddressPool, number: number): string => `${pool.name}/${String(number).padStart(16, "0")}`;

/**
 * Takes an address that is in nobody's hands: one never used while there are such, then the one that was
 * freed longest ago, since caches of its old owner's may live on. Undefined where none is left. The pool's
 * document is read and written, so two transactions never take the same one.
 */
export const takeAddress = async (transaction: Transaction, pool: AddressPool): Promise<string | undefined> => {
  const state = (await transaction.get(addressPools, pool.name)) ?? fresh;
  if (state.next < capacity(pool)) {
    transaction.put(addressPools, pool.name, { ...state, next: state.next + 1 });
    return formatIpv4(pool.network.first + pool.reservedAtStart + state.next);
  }
  if (state.oldestFreed === state.nextFreed) return undefined;
  const key = lineKey(pool, state.oldestFreed);
  const freed = await transaction.get(freedAddresses, key);
  if (freed === undefined) throw new Error(`The line of freed addresses of ${pool.name} has a gap at ${key}.`);
  transaction.delete(freedAddresses, key);
  transaction.put(addressPools, pool.name, { ...state, oldestFreed: state.oldestFreed + 1 });
  return formatIpv4(pool.network.first + pool.reservedAtStart + freed.offset);
};

/** Puts an address that `takeAddress` gave at the end of the line. */
export const giveAddressBack = async (transaction: Transaction, pool: AddressPool, address: string): Promise<void> => {
  const state = (await transaction.get(addressPools, pool.name)) ?? fresh;
  const offset = (parseIpv4(address) ?? -1) - pool.network.first - pool.reservedAtStart;
  if (offset < 0 || offset >= state.next) throw new RangeError(`${address} was not taken from ${pool.name}.`);
  transaction.insert(freedAddresses, lineKey(pool, state.nextFreed), { offset });
  transaction.put(addressPools, pool.name, { ...state, nextFreed: state.nextFreed + 1 });
};

export const freeAddressCount = async (transaction: ReadTransaction, pool: AddressPool): Promise<number> => {
  const state = (await transaction.get(addressPools, pool.name)) ?? fresh;
  return capacity(pool) - state.next + (state.nextFreed - state.oldestFreed);
};
