import { CommandFailure } from "../failure.ts";

interface Hop {
  readonly allowed: boolean;
  readonly vpcId: string;
  readonly text: string;
}

/** As the daemon answers it. */
export interface PacketExplanation {
  readonly allowed: boolean;
  readonly arrives: boolean;
  readonly hops: readonly Hop[];
  readonly hopsBack: readonly Hop[];
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

/** The number of the port that connections are opened from. */
export const sourcePortOf = (text: string): number => {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (port <= 65_535) return port;
  throw new CommandFailure(`${text} is no port: give one such as 40000`);
};

const lines = (hops: readonly Hop[], back: string): readonly string[] =>
  hops.map(({ allowed: passes, vpcId, text }, index) => {
    const isNew = index === 0 || hops[index - 1]?.vpcId !== vpcId;
    return `${back}${passes ? "passes " : "stopped"}  ${isNew ? `${vpcId}: ` : ""}${text}`;
  });

const answer = ({ allowed, arrives, hopsBack }: PacketExplanation): string => {
  if (!arrives) return "The packet does not get there";
  if (!allowed) return "The packet gets there, but not all answers come back";
  return hopsBack.length === 0 ? "The packet gets there" : "The packet gets there, and the answers come back";
};

/**
 * A line for each hop, on the way there and then back, and the answer; the VPC stands before a hop where the packet
 * comes into another one.
 */
export const describePacket = (explanation: PacketExplanation): string =>
  [...lines(explanation.hops, ""), ...lines(explanation.hopsBack, "back: "), answer(explanation)].join("\n");
