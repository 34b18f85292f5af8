import type { IpFamily } from "../network/ip-family.ts";

/** Where the services lie that gateway endpoints lead to: blocks of the range of RFC 2544, which no network routes. */
export const gatewayServiceBlocks: Readonly<Record<string, readonly string[]>> = {
  s3: ["198.18.0.0/24"],
  dynamodb: ["198.18.1.0/24"],
};

/** Of RFC 5737 and RFC 3849: somewhere in the world, and nobody's. */
export const addressInTheWorld: Readonly<Record<IpFamily, string>> = { ipv4: "192.0.2.1", ipv6: "2001:db8::1" };

/** A stand-in for the public address of an AWS service, to ask routes and rules about. */
export const publicAddressOf = (service: string, family: IpFamily = "ipv4"): string => {
  const [block] = gatewayServiceBlocks[service] ?? [];
  return block === undefined || family === "ipv6" ? addressInTheWorld[family] : block.replace(/\.0\/24$/, ".1");
};
