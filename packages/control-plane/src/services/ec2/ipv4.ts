/** An IPv4 network in CIDR notation, with addresses as unsigned 32-bit numbers. */
export interface Ipv4Network {
  readonly first: number;
  readonly prefixLength: number;
  /** How many addresses the network holds. */
  readonly size: number;
}

/** The number of a dotted address, or undefined where `text` is not one. */
export const parseIpv4 = (text: string): number | undefined => {
  const parts = text.split(".");
  if (parts.length !== 4) return undefined;
  let value = 0;
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined;
    value = value * 256 + Number(part);
  }
  return value;
};

export const formatIpv4 = (value: number): string =>
  [value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255].join(".");

/** The network of `text`, whose host bits are ignored, or undefined where it is not `a.b.c.d/n`. */
export const parseIpv4Network = (text: string): Ipv4Network | undefined => {
  const match = /^([\d.]+)\/(0|[1-9]\d?)$/.exec(text);
  const address = match?.[1] === undefined ? undefined : parseIpv4(match[1]);
  const prefixLength = Number(match?.[2]);
  if (address === undefined || prefixLength > 32) return undefined;
  const size = 2 ** (32 - prefixLength);
  return { first: address - (address % size), prefixLength, size };
};

export const formatIpv4Network = (network: Ipv4Network): string =>
  `${formatIpv4(network.first)}/${network.prefixLength}`;
