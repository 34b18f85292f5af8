import { isDeepStrictEqual } from "node:util";
import { runCommand, tryCommand } from "../machine/run-command.ts";
import { namespacePath } from "./names.ts";

const outputLimit = 256 * 1024 * 1024;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const withoutHandle = (value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      if (key === "handle") return [];
      // The elements of a set come in no particular order.
      if (key === "elem" && Array.isArray(inner)) return [[key, inner.map((each) => JSON.stringify(each)).sort()]];
      return [[key, inner]];
    }),
  );

/** A rule with the elements of sets that have no name in one order, since the kernel keeps them in none. */
const withSortedSets = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withSortedSets);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      const sorted = withSortedSets(inner);
      return [key, key === "set" && Array.isArray(sorted) ? sorted.map((each) => JSON.stringify(each)).sort() : sorted];
    }),
  );
};

/** Sets that the packet filter itself fills. */
const dynamicSets = (script: string): ReadonlySet<string> =>
  new Set(
    [...script.matchAll(/^add set ip?(?:net|6) \S+ (\S+) \{[^}]*\bflags dynamic\b/gm)].map(([, name = ""]) => name),
  );

/**
 * What `nft -j list table` says, less what differs between equal tables: handles, orders without a meaning, and what
 * the packet filter put into sets of its own.
 */
const canonical = (listing: string, dynamic: ReadonlySet<string>): unknown => {
  const parsed: unknown = JSON.parse(listing);
  const items = isObject(parsed) && Array.isArray(parsed.nftables) ? parsed.nftables.filter(isObject) : [];
  const rules = new Map<string, unknown[]>();
  const others: string[] = [];
  for (const item of items) {
    if (isObject(item.rule)) {
      const chain = String(item.rule.chain);
      rules.set(chain, [...(rules.get(chain) ?? []), withSortedSets(withoutHandle(item.rule))]);
    } else if (!("metainfo" in item)) {
      const [kind, value] = Object.entries(item)[0] ?? [];
      const { elem, ...bare } = isObject(value) ? withoutHandle(value) : { value };
      others.push(JSON.stringify([kind, dynamic.has(String(bare.name)) ? bare : { ...bare, elem }]));
    }
  }
  return { rules, others: others.sort() };
};

/**
 * Whether the packet filter's table in a namespace, or in the machine's own, is the one that `script` makes. The
 * script is run in an empty namespace and both tables are compared as nft shows them.
 */
export const isTableInForce = async (
  table: string,
  script: string,
  namespace: string | undefined,
  family: "ipv4" | "ipv6" = "ipv4",
): Promise<boolean> => {
  const tableFamily = family === "ipv4" ? "inet" : "ip6";
  const within = namespace === undefined ? [] : [`--net=${namespacePath(namespace)}`];
  const dynamic = dynamicSets(script);
  const [expected, found] = await Promise.all([
    runCommand("unshare", ["--net", "sh", "-c", 'nft -f - && exec nft -j list table "$0" "$1"', tableFamily, table], {
      input: script,
      outputLimit,
    }),
    tryCommand("nsenter", [...within, "nft", "-j", "list", "table", tableFamily, table], { outputLimit }),
  ]);
  return (
    found.exitCode === 0 && isDeepStrictEqual(canonical(expected.stdout, dynamic), canonical(found.stdout, dynamic))
  );
};
