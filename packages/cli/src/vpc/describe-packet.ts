import { CommandFailure } from "../failure.ts";

/** As the daemon answers it. */
export interface PacketExplanation {
  readonly allowed: boolean;
  readonly hops: readonly { readonly allowed: boolean; readonly vpcId: string; readonly text: string }[];
}

/** `443`, `443/tcp`, `53/udp` or `icmp`. */
export const trafficOf = (text: string): { readonly protocol: "tcp" | "udp" | "icmp"; readonly port?: number } => {
  if (text === "icmp") return { protocol: "icmp" };
  const [, digits, protocol = "tcp"] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const port = Number(digits);
  if (digits === undefined || port > 65_535) {
    throw new CommandFailure(`${text} is no port: give one such as 443, 53/udp, or icmp`);
  }
  return { protocol: protocol === "udp" ? "udp" : "tcp", port };
};

/** A line for each hop, and the answer; the VPC stands before a hop where the packet comes into another one. */
export const describePacket = ({ allowed, hops }: PacketExplanation): string => {
  const lines = hops.map(({ allowed: passes, vpcId, text }, index) => {
    const isNew = index === 0 || hops[index - 1]?.vpcId !== vpcId;
    return `${passes ? "passes " : "stopped"}  ${isNew ? `${vpcId}: ` : ""}${text}`;
  });
  return [...lines, allowed ? "The packet gets there" : "The packet does not get there"].join("\n");
};
