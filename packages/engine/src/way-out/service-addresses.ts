/** Where the services lie that gateway endpoints lead to: blocks of the range of RFC 2544, which no network routes. */
export const gatewayServiceBlocks: Readonly<Record<string, readonly string[]>> = {
  s3: ["198.18.0.0/24"],
  dynamodb: ["198.18.1.0/24"],
};

/** Of RFC 5737: somewhere in the world, and nobody's. */
export const addressInTheWorld = "192.0.2.1";

/** A stand-in for the public address of an AWS service, to ask routes and rules about. */
export const publicAddressOf = (service: string): string => {
  const [block] = gatewayServiceBlocks[service] ?? [];
  return block === undefined ? addressInTheWorld : block.replace(/\.0\/24$/, ".1");
};
