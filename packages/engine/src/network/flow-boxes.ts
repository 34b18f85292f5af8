import { familyOf, type IpFamily } from "./ip-family.ts";
import { formatIpv4, parseIpv4 } from "./ipv4.ts";
import { formatIpv6, parseIpv6 } from "./ipv6.ts";
import type { TrackedFlow } from "./tracked-flows.ts";

/** Connections that one filter of the kernel's list matches: all between two blocks, of one protocol, to one port. */
export interface FlowBox {
  readonly family: IpFamily;
  readonly protocol: number;
  /** Of the sender, and of whom it called; any where absent. */
  readonly source?: string;
  readonly destination?: string;
  readonly destinationPort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  /** The ends of the answers, where addresses that were translated tell connections apart. */
  readonly reply?: { readonly source: string; readonly destination: string };
}

interface Point {
  readonly flow: TrackedFlow;
  readonly source: bigint;
  readonly destination: bigint;
}

type Side = "source" | "destination";

interface Kind {
  readonly family: IpFamily;
  readonly bits: number;
  readonly refused: Point[];
  readonly kept: Point[];
}

const numberOf = (address: string): bigint => BigInt(parseIpv4(address) ?? parseIpv6(address) ?? 0);

const pointOf = (flow: TrackedFlow): Point => ({
  flow,
  source: numberOf(flow.original.source),
  destination: numberOf(flow.original.destination),
});

/** Those that no block tells apart are alike in this. */
const kindOf = ({ protocol, original, icmpType, icmpCode }: TrackedFlow): string =>
  `${familyOf(original.source)}/${protocol}/${original.destinationPort}/${icmpType}/${icmpCode}`;

/** The smallest block that holds one side of all points, as its length and its first address. */
const enclose = (points: readonly Point[], side: Side, bits: number): { length: number; first: bigint } => {
  const base = points[0]?.[side] ?? 0n;
  let differing = 0n;
  for (const point of points) differing |= point[side] ^ base;
  const loose = differing === 0n ? 0 : differing.toString(2).length;
  return { length: bits - loose, first: (base >> BigInt(loose)) << BigInt(loose) };
};

const textOf = ({ length, first }: { length: number; first: bigint }, { family, bits }: Kind): string => {
  const address = family === "ipv4" ? formatIpv4(Number(first)) : formatIpv6(first);
  return length === bits ? address : `${address}/${length}`;
};

const within = (kind: Kind, side: Side, { length, first }: { length: number; first: bigint }) => {
  const loose = BigInt(kind.bits - length);
  return (point: Point): boolean => point[side] >> loose === first >> loose;
};

/** By the ends of their answers, for connections between the same two that differ in nothing else. */
const byReply = (box: FlowBox, points: readonly Point[]): readonly FlowBox[] => {
  const replies = new Map(
    points.map(({ flow: { reply } }) => [`${reply.source} ${reply.destination}`, reply] as const),
  );
  return [...replies.values()].map(({ source, destination }) => ({ ...box, reply: { source, destination } }));
};

const split = (points: readonly Point[], kept: readonly Point[], kind: Kind): readonly FlowBox[] => {
  const source = enclose(points, "source", kind.bits);
  const destination = enclose(points, "destination", kind.bits);
  const inside = kept.filter(within(kind, "source", source)).filter(within(kind, "destination", destination));
  const [sample] = points;
  if (sample === undefined) return [];
  const { protocol, original, icmpType, icmpCode } = sample.flow;
  const box: FlowBox = {
    family: kind.family,
    protocol,
    ...(source.length === 0 ? {} : { source: textOf(source, kind) }),
    ...(destination.length === 0 ? {} : { destination: textOf(destination, kind) }),
    ...(original.destinationPort === undefined ? {} : { destinationPort: original.destinationPort }),
    ...(icmpType === undefined ? {} : { icmpType }),
    ...(icmpCode === undefined ? {} : { icmpCode }),
  };
  if (inside.length === 0) return [box];
  const [side, wider]: [Side, typeof source] =
    source.length <= destination.length ? ["source", source] : ["destination", destination];
  if (wider.length === kind.bits) return byReply(box, points);
  const bit = 1n << BigInt(kind.bits - wider.length - 1);
  const upper = (point: Point): boolean => (point[side] & bit) !== 0n;
  return [true, false].flatMap((half) =>
    split(
      points.filter((point) => upper(point) === half),
      inside.filter((point) => upper(point) === half),
      kind,
    ),
  );
};

/**
 * Few boxes that hold all of `refused` and none of `kept`: the kernel walks all that it remembers for each. Connections
 * that came about since both were listed may be in one.
 */
export const coverFlows = (refused: readonly TrackedFlow[], kept: readonly TrackedFlow[]): readonly FlowBox[] => {
  const kinds = new Map<string, Kind>();
  for (const flow of refused) {
    const key = kindOf(flow);
    const family = familyOf(flow.original.source);
    const kind = kinds.get(key) ?? { family, bits: family === "ipv4" ? 32 : 128, refused: [], kept: [] };
    kind.refused.push(pointOf(flow));
    kinds.set(key, kind);
  }
  for (const flow of kept) kinds.get(kindOf(flow))?.kept.push(pointOf(flow));
  return [...kinds.values()].flatMap((kind) => split(kind.refused, kind.kept, kind));
};
