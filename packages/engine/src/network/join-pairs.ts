import { disjointBlocks, familyOf } from "./ip-family.ts";
import type { Match } from "./ruleset.ts";

type BlockPorts = Extract<Match, { readonly kind: "block-ports" }>;

/** Below this many a rule each is as fast. */
const fewest = 8;

const pairOf = (matches: readonly Match[]): BlockPorts | undefined => {
  const [peer, traffic, ...rest] = matches;
  if (peer?.kind !== "block" || traffic?.kind !== "port" || traffic.from !== traffic.to || rest.length > 0) {
    return undefined;
  }
  const { side, cidr } = peer;
  return { kind: "block-ports", side, protocol: traffic.protocol, pairs: [[cidr, traffic.from]] };
};

const joined = (side: BlockPorts["side"], protocol: "tcp" | "udp", found: readonly BlockPorts[]): BlockPorts => {
  const blocks = new Map<number, string[]>();
  for (const [cidr, port] of found.flatMap(({ pairs }) => pairs)) {
    const known = blocks.get(port);
    if (known === undefined) blocks.set(port, [cidr]);
    else known.push(cidr);
  }
  const pairs = [...blocks].flatMap(([port, cidrs]) =>
    disjointBlocks(cidrs, familyOf(cidrs[0] ?? "")).map((cidr) => [cidr, port] as const),
  );
  return { kind: "block-ports", side, protocol, pairs };
};

/**
 * The matches of rules that all accept, with those of one block and one port made one lookup where there are many, so
 * that a new connection does not meet them one by one.
 */
export const joinPairs = (rules: readonly (readonly Match[])[]): readonly (readonly Match[])[] => {
  const left: (readonly Match[])[] = [];
  const found = new Map<string, BlockPorts[]>();
  for (const matches of rules) {
    const pair = pairOf(matches);
    if (pair === undefined) {
      left.push(matches);
      continue;
    }
    const key = `${pair.side} ${pair.protocol}`;
    const known = found.get(key);
    if (known === undefined) found.set(key, [pair]);
    else known.push(pair);
  }
  const made = [...found.values()].flatMap((pairs): readonly (readonly Match[])[] => {
    const [first] = pairs;
    if (first === undefined) return [];
    if (pairs.length >= fewest) return [[joined(first.side, first.protocol, pairs)]];
    return pairs.flatMap(({ side, protocol, pairs: [pair] }) =>
      pair === undefined
        ? []
        : [
            [
              { kind: "block", side, cidr: pair[0] },
              { kind: "port", protocol, from: pair[1], to: pair[1] },
            ] as const,
          ],
    );
  });
  return [...left, ...made];
};
