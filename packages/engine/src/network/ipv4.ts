/** An IPv4 block: the first address as an unsigned 32-bit number, and the length of the prefix. */
export interface Ipv4Block {
  readonly network: number;
  readonly prefixLength: number;
}

/** The address as an unsigned 32-bit number, or undefined where the text is not four decimal bytes. */
export const parseIpv4 = (text: string): number | undefined => {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part)) return undefined;
    const byte = Number(part);
    if (byte > 255) return undefined;
    value = value * 256 + byte;
  }
  return value;
};

export const formatIpv4 = (address: number): string =>
  [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");

const maskOf = (prefixLength: number): number => (prefixLength === 0 ? 0 : (0xffffffff << (32 - prefixLength)) >>> 0);

/** The block that `text` (`10.0.0.0/16`) names, host bits cleared; undefined where it is not an IPv4 block. */
export const parseIpv4Block = (text: string): Ipv4Block | undefined => {
  const [addressText, prefixText, ...rest] = text.split("/");
  if (addressText === undefined || prefixText === undefined || rest.length > 0) return undefined;
  const address = parseIpv4(addressText);
  if (address === undefined || !/^\d{1,2}$/.test(prefixText)) return undefined;
  const prefixLength = Number(prefixText);
  if (prefixLength > 32) return undefined;
  return { network: (address & maskOf(prefixLength)) >>> 0, prefixLength };
};

export const formatIpv4Block = (block: Ipv4Block): string => `${formatIpv4(block.network)}/${block.prefixLength}`;

export const blockContains = (block: Ipv4Block, address: number): boolean =>
  (address & maskOf(block.prefixLength)) >>> 0 === block.network;

/** The address at `offset` in a block such as a VPC's or a subnet's: 1 is the gateway, 2 the resolver. */
export const addressAt = (cidr: string, offset: number): string => {
  const block = parseIpv4Block(cidr);
  if (block === undefined) throw new TypeError(`Not an IPv4 block: ${cidr}`);
  return formatIpv4((block.network + offset) >>> 0);
};
