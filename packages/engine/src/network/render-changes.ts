import type { Change } from "./diff-ruleset.ts";
import type { IpFamily } from "./ip-family.ts";
import type { Action, AddressSet, ChainHook, Direction, LookupMap, Match, Rule } from "./ruleset.ts";

type CollectionKind = AddressSet["kind"] | LookupMap["kind"];

/** How nft writes what differs between the families. */
interface Notation {
  /** Of the table: all that may come where it need not be IPv4's alone. */
  readonly table: "inet" | "ip6";
  readonly header: "ip" | "ip6";
  readonly icmp: "icmp" | "icmpv6";
  readonly address: "ipv4_addr" | "ipv6_addr";
}

const notations: Readonly<Record<IpFamily, Notation>> = {
  ipv4: { table: "inet", header: "ip", icmp: "icmp", address: "ipv4_addr" },
  ipv6: { table: "ip6", header: "ip6", icmp: "icmpv6", address: "ipv6_addr" },
};

/** As many flows as one interface can begin in half a minute by its allowance. */
const counted = "size 65535; flags dynamic";

const collectionTypes = ({ address }: Notation): Readonly<Record<CollectionKind, string>> => ({
  address: `type ${address}`,
  binding: `type ifname . ether_addr . ${address}`,
  interface: "type ifname",
  rates: `type ${address}; size 65535; flags dynamic,timeout; timeout 1m`,
  connections: `type ${address}; size 65535; flags dynamic`,
  "port-flows": `type ifname . ${address} . inet_service . inet_service . inet_proto; ${counted}`,
  "protocol-flows": `type ifname . ${address} . inet_proto; ${counted}`,
  "flagged-flows": `type ifname . ${address} . inet_service . inet_service; ${counted}`,
  "skipped-interfaces": `type ifname; ${counted}`,
  dispatch: "type ifname : verdict",
  translation: `type ${address} : ${address}`,
});

const isMap = (kind: CollectionKind): boolean => kind === "dispatch" || kind === "translation";
const noun = (kind: CollectionKind): string => (isMap(kind) ? "map" : "set");
const quoteInterface = (text: string): string => text.replace(/^[^ ]+/, (name) => `"${name}"`);

const renderElement = (kind: CollectionKind, [key, value]: readonly [string, string?]): string => {
  if (kind === "address") return key;
  if (kind === "binding" || kind === "interface") return quoteInterface(key);
  if (kind === "dispatch") return `"${key}" : jump ${value}`;
  return `${key} : ${value}`;
};

const interfaceOf = (direction: Direction): string => (direction === "in" ? "iifname" : "oifname");

/** The other end is where a packet that comes in by the interface goes to, or where one that goes out comes from. */
const renderCount = ({ set, direction, by }: Match & { readonly kind: "count-flow" }, header: string): string => {
  const ends = `${interfaceOf(direction)} . ${header} ${direction === "in" ? "daddr" : "saddr"}`;
  switch (by) {
    case "ports":
      return `update @${set} { ${ends} . th sport . th dport . meta l4proto counter }`;
    case "protocols":
      return `update @${set} { ${ends} . meta l4proto counter }`;
    case "flags":
      return `update @${set} { ${ends} . tcp sport . tcp dport }`;
  }
};

const renderMatch = (match: Match, { header, icmp }: Notation): string => {
  switch (match.kind) {
    case "family":
      return `meta nfproto ${match.family}`;
    case "state":
      return `ct state ${match.states.join(",")}`;
    case "first-of-connection":
      return "ct status ! confirmed";
    case "connection-direction":
      return `ct direction ${match.direction}`;
    case "interface":
      return `${interfaceOf(match.direction)} "${match.name}"`;
    case "protocol":
      return `meta l4proto ${match.protocol}`;
    case "port":
      return `${match.protocol} dport ${match.from === match.to ? match.from : `${match.from}-${match.to}`}`;
    case "icmp":
      return `${icmp} type ${match.type}${match.code === undefined ? "" : ` ${icmp} code ${match.code}`}`;
    case "block":
      return `${header} ${match.side === "source" ? "saddr" : "daddr"} ${match.cidr}`;
    case "blocks":
      return `${header} ${match.side === "source" ? "saddr" : "daddr"} { ${match.cidrs.join(", ")} }`;
    case "block-ports":
      return `${header} ${match.side === "source" ? "saddr" : "daddr"} . ${match.protocol} dport { ${match.pairs
        .map(([cidr, port]) => `${cidr} . ${port}`)
        .join(", ")} }`;
    case "member":
      return `${header} ${match.side === "source" ? "saddr" : "daddr"} @${match.set}`;
    case "binding":
      return `iifname . ether saddr . ${header} saddr @${match.set}`;
    case "rate-over":
      return `update @${match.set} { ${header} saddr limit rate over ${match.perSecond}/second burst ${match.burst} packets }`;
    case "connections-over":
      return `add @${match.set} { ${header} saddr ct count over ${match.limit} }`;
    case "interface-member":
      return `${interfaceOf(match.direction)} @${match.set}`;
    case "has-ports":
      return "meta l4proto { 6, 17 }";
    case "has-no-ports":
      return "meta l4proto != { 6, 17 }";
    case "tcp-flags":
      return `tcp flags & ${match.mask} == ${match.value}`;
    case "count-flow":
      return renderCount(match, header);
    case "count-skipped":
      return `update @${match.set} { ${interfaceOf(match.direction)} counter }`;
  }
};

const renderAction = (action: Action, { header }: Notation): string => {
  switch (action.kind) {
    case "accept":
    case "drop":
      return action.kind;
    case "continue":
      return "";
    case "jump":
      return `jump ${action.chain}`;
    case "dispatch":
      return `${interfaceOf(action.direction)} vmap @${action.map}`;
    case "dispatch-block":
      return `${header} ${action.side === "source" ? "saddr" : "daddr"} vmap { ${action.chains
        .map(([cidr, chain]) => `${cidr} : jump ${chain}`)
        .join(", ")} }`;
    case "return":
      return "return";
    case "translate-source":
      return `snat ${header} to ${action.address}`;
    case "translate":
      return action.side === "source"
        ? `snat ${header} to ${header} saddr map @${action.map}`
        : `dnat ${header} to ${header} daddr map @${action.map}`;
  }
};

const renderRule = (rule: Rule, notation: Notation): string =>
  [...rule.matches.map((match) => renderMatch(match, notation)), renderAction(rule.action, notation)]
    .filter(Boolean)
    .join(" ");

const renderChange = (name: string, change: Change, notation: Notation): string => {
  const table = `${notation.table} ${name}`;
  switch (change.kind) {
    case "add-set":
      return `add ${noun(change.type)} ${table} ${change.name} { ${collectionTypes(notation)[change.type]}; }`;
    case "add-chain": {
      const hook = change.hook;
      const declaration =
        hook === undefined
          ? ""
          : ` { type ${hook.type} hook ${hook.hook} priority ${hook.priority}; policy ${hook.policy}; }`;
      return `add chain ${table} ${change.name}${declaration}`;
    }
    case "flush-chain":
      return `flush chain ${table} ${change.name}`;
    case "add-rule":
      return `add rule ${table} ${change.chain} ${renderRule(change.rule, notation)}`;
    case "add-elements":
      return `add element ${table} ${change.name} { ${change.elements.map((element) => renderElement(change.type, element)).join(", ")} }`;
    case "delete-elements":
      return `delete element ${table} ${change.name} { ${change.elements.map((element) => renderElement(change.type, element)).join(", ")} }`;
    case "delete-chain":
      return `delete chain ${table} ${change.name}`;
    case "delete-set":
      return `delete ${noun(change.type)} ${table} ${change.name}`;
  }
};

/** The changes as a script for `nft -f -`, which applies all of it or nothing. */
export const renderChanges = (table: string, changes: readonly Change[], family: IpFamily = "ipv4"): string =>
  changes.map((change) => `${renderChange(table, change, notations[family])}\n`).join("");

/** A script that removes the table, whether it is there or not. */
export const renderRemoval = (table: string, family: IpFamily): string => {
  const name = `${notations[family].table} ${table}`;
  return `add table ${name}\ndelete table ${name}\n`;
};

/** What a table in the kernel has, by name. */
export interface TableParts {
  /** Each with where it is hooked, which those that are only jumped to are not. */
  readonly chains: ReadonlyMap<string, Omit<ChainHook, "policy"> | undefined>;
  readonly maps: readonly string[];
  readonly sets: readonly string[];
}

/**
 * As `renderReplacement`, but for sets that are not among the `parts` of the table that it removes, and for base chains
 * that stay where they are: one that goes is without rules before it is gone, and its policy meets the packets in
 * between.
 */
export const renderRenewal = (
  table: string,
  parts: TableParts,
  changes: readonly Change[],
  family: IpFamily = "ipv4",
): string => {
  const name = `${notations[family].table} ${table}`;
  const hooks = new Map(
    changes.flatMap((change) =>
      change.kind === "add-chain" && change.hook !== undefined ? [[change.name, change.hook] as const] : [],
    ),
  );
  const stays = (chain: string, found: Omit<ChainHook, "policy"> | undefined): boolean => {
    const hook = hooks.get(chain);
    return (
      hook !== undefined && hook.type === found?.type && hook.hook === found.hook && hook.priority === found.priority
    );
  };
  const removal = [
    `add table ${name}`,
    `flush table ${name}`,
    ...parts.maps.map((map) => `delete map ${name} ${map}`),
    ...parts.sets.map((set) => `delete set ${name} ${set}`),
    ...[...parts.chains].flatMap(([chain, hook]) => (stays(chain, hook) ? [] : [`delete chain ${name} ${chain}`])),
  ];
  return `${removal.map((line) => `${line}\n`).join("")}${renderChanges(table, changes, family)}`;
};

/** A script that puts the table anew whatever was there, in one transaction. */
export const renderReplacement = (table: string, changes: readonly Change[], family: IpFamily = "ipv4"): string =>
  `${renderRemoval(table, family)}add table ${notations[family].table} ${table}\n${renderChanges(table, changes, family)}`;
