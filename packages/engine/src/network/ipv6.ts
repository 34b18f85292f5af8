/** An IPv6 network in CIDR notation: its first address as a number, and the length of the prefix. */
export interface Ipv6Block {
  readonly network: bigint;
  readonly prefixLength: number;
}

const parseGroups = (text: string): readonly bigint[] | undefined => {
  if (text === "") return [];
  const groups = text.split(":");
  return groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))
    ? groups.map((group) => BigInt(`0x${group}`))
    : undefined;
};

const readAddress = (text: string): bigint | undefined => {
  const [head = "", tail, ...more] = text.split("::");
  if (more.length > 0) return undefined;
  const before = parseGroups(head);
  const after = parseGroups(tail ?? "");
  if (before === undefined || after === undefined) return undefined;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return undefined;
  const groups = [...before, ...Array<bigint>(tail === undefined ? 0 : missing).fill(0n), ...after];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
};

const rememberedTexts = 4096;
/** The same few addresses and blocks are read again and again, which of IPv6 is slow. */
const remembering = <Value>(read: (text: string) => Value): ((text: string) => Value) => {
  const known = new Map<string, Value>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    if (known.size >= rememberedTexts) known.clear();
    const value = read(text);
    known.set(text, value);
    return value;
  };
};

/** The number of an address in RFC 4291's notation without embedded IPv4, or undefined where `text` is not one. */
export const parseIpv6 = remembering(readAddress);

/** The canonical text of RFC 5952. */
export const formatIpv6 = (value: bigint): string => {
  const groups = Array.from({ length: 8 }, (_, index) => Number((value >> BigInt(112 - 16 * index)) & 0xffffn));
  let longest = { start: 0, length: 0 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > longest.length) longest = { start, length };
  }
  const text = (part: readonly number[]): string => part.map((group) => group.toString(16)).join(":");
  if (longest.length < 2) return text(groups);
  return `${text(groups.slice(0, longest.start))}::${text(groups.slice(longest.start + longest.length))}`;
};

const clearHostBits = (address: bigint, prefixLength: number): bigint => {
  const hostBits = BigInt(128 - prefixLength);
  return (address >> hostBits) << hostBits;
};

const readBlock = (text: string): Ipv6Block | undefined => {
  const match = /^([0-9a-f:]+)\/(0|[1-9]\d{0,2})$/i.exec(text);
  const address = match?.[1] === undefined ? undefined : parseIpv6(match[1]);
  const prefixLength = Number(match?.[2]);
  if (address === undefined || prefixLength > 128) return undefined;
  return { network: clearHostBits(address, prefixLength), prefixLength };
};

/** The network of `text`, whose host bits are ignored, or undefined where it is not `address/n`. */
export const parseIpv6Block = remembering(readBlock);

export const formatIpv6Block = (block: Ipv6Block): string => `${formatIpv6(block.network)}/${block.prefixLength}`;

export const ipv6BlockContains = (block: Ipv6Block, address: bigint): boolean =>
  clearHostBits(address, block.prefixLength) === block.network;
