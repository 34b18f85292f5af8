import type { ReadTransaction, Transaction } from "../../state/store.ts";
import { type AddressPoolRecord, addressPools, freedAddresses } from "./collections.ts";
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

const fresh: AddressPoolRecord = { next: 0, oldestFreed: 0, nextFreed: 0 };
const capacity = (pool: AddressPool): number =>
  Math.max(0, pool.network.size - pool.reservedAtStart - pool.reservedAtEnd);
const addressAt = (pool: AddressPool, offset: number): string =>
  formatIpv4(pool.network.first + pool.reservedAtStart + offset);
/** Negative or beyond the capacity where the pool does not hand the address out. */
const offsetOf = (pool: AddressPool, address: string): number =>
  (parseIpv4(address) ?? -1) - pool.network.first - pool.reservedAtStart;
const lineKey = (pool: AddressPool, number: number): string => `${pool.name}/${String(number).padStart(16, "0")}`;

/**
 * Takes an address that is in nobody's hands: one never used while there are such, then the one that was
 * freed longest ago, since caches of its old owner's may live on. Undefined where none is left. The pool's
 * document is read and written, so two transactions never take the same one.
 */
export const takeAddress = async (transaction: Transaction, pool: AddressPool): Promise<string | undefined> => {
  const state = (await transaction.get(addressPools, pool.name)) ?? fresh;
  const chosen = new Set(state.chosen);
  let next = state.next;
  while (chosen.delete(next)) next++;
  if (next < capacity(pool)) {
    transaction.put(addressPools, pool.name, { ...state, next: next + 1, chosen: [...chosen] });
    return addressAt(pool, next);
  }
  let gaps = state.gaps ?? 0;
  for (let line = state.oldestFreed; line < state.nextFreed; line++) {
    const key = lineKey(pool, line);
    const freed = await transaction.get(freedAddresses, key);
    if (freed === undefined) {
      if (gaps-- === 0) throw new Error(`The line of freed addresses of ${pool.name} has a gap at ${key}.`);
      continue;
    }
    transaction.delete(freedAddresses, key);
    transaction.put(addressPools, pool.name, { ...state, next, chosen: [...chosen], oldestFreed: line + 1, gaps });
    return addressAt(pool, freed.offset);
  }
  return undefined;
};

/** Takes the address that a caller chose; false where it is taken, reserved or not of this pool. */
export const takeChosenAddress = async (
  transaction: Transaction,
  pool: AddressPool,
  address: string,
): Promise<boolean> => {
  const state = (await transaction.get(addressPools, pool.name)) ?? fresh;
  const offset = offsetOf(pool, address);
  if (offset < 0 || offset >= capacity(pool)) return false;
  if (offset >= state.next) {
    if (state.chosen?.includes(offset)) return false;
    transaction.put(addressPools, pool.name, { ...state, chosen: [...(state.chosen ?? []), offset] });
    return true;
  }
  const line = await transaction.list(freedAddresses, { prefix: `${pool.name}/` });
  const entry = line.find(({ document }) => document.offset === offset);
  if (entry === undefined) return false;
  transaction.delete(freedAddresses, entry.key);
  transaction.put(addressPools, pool.name, { ...state, gaps: (state.gaps ?? 0) + 1 });
  return true;
};

/** Has whoever reads where the pool stands meet whoever made an interface without an address of it. */
export const touchPool = async (transaction: Transaction, name: string): Promise<void> => {
  const state = (await transaction.get(addressPools, name)) ?? fresh;
  transaction.put(addressPools, name, { ...state, next: state.next + 1 });
};

/** Puts an address that was taken at the end of the line. */
export const giveAddressBack = async (transaction: Transaction, pool: AddressPool, address: string): Promise<void> => {
  const state = (await transaction.get(addressPools, pool.name)) ?? fresh;
  const offset = offsetOf(pool, address);
  if (state.chosen?.includes(offset)) {
    transaction.put(addressPools, pool.name, { ...state, chosen: state.chosen.filter((one) => one !== offset) });
    return;
  }
  if (offset < 0 || offset >= state.next) throw new RangeError(`${address} was not taken from ${pool.name}.`);
  transaction.insert(freedAddresses, lineKey(pool, state.nextFreed), { offset });
  transaction.put(addressPools, pool.name, { ...state, nextFreed: state.nextFreed + 1 });
};

export const freeAddressCount = async (transaction: ReadTransaction, pool: AddressPool): Promise<number> => {
  const state = (await transaction.get(addressPools, pool.name)) ?? fresh;
  const inLine = state.nextFreed - state.oldestFreed - (state.gaps ?? 0);
  return capacity(pool) - state.next - (state.chosen?.length ?? 0) + inLine;
};

/** Forgets where the pool stood, as when its subnet goes. */
export const removePool = async (transaction: Transaction, pool: AddressPool): Promise<void> => {
  for (const { key } of await transaction.list(freedAddresses, { prefix: `${pool.name}/` })) {
    transaction.delete(freedAddresses, key);
  }
  transaction.delete(addressPools, pool.name);
};
