/** Numbers of the types that hosted zones hold. https://www.iana.org/assignments/dns-parameters */
const names: ReadonlyMap<number, string> = new Map([
  [1, "A"],
  [2, "NS"],
  [5, "CNAME"],
  [6, "SOA"],
  [12, "PTR"],
  [15, "MX"],
  [16, "TXT"],
  [28, "AAAA"],
  [33, "SRV"],
  [35, "NAPTR"],
  [257, "CAA"],
]);

export const typeAny = 255;

/** A type's name; in RFC 3597's notation where zones cannot hold it. */
export const typeName = (type: number): string => names.get(type) ?? `TYPE${type}`;
