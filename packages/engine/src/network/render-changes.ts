import type { Change } from "./diff-ruleset.ts";
import type { Action, AddressSet, LookupMap, Match, Rule } from "./ruleset.ts";

type CollectionKind = AddressSet["kind"] | LookupMap["kind"];

const collectionTypes: Readonly<Record<CollectionKind, string>> = {
  address: "type ipv4_addr",
  binding: "type ifname . ether_addr . ipv4_addr",
  rates: "type ipv4_addr; size 65535; flags dynamic,timeout; timeout 1m",
  connections: "type ipv4_addr; size 65535; flags dynamic",
  dispatch: "type ifname : verdict",
  translation: "type ipv4_addr : ipv4_addr",
};

const isMap = (kind: CollectionKind): boolean => kind === "dispatch" || kind === "translation";
const noun = (kind: CollectionKind): string => (isMap(kind) ? "map" : "set");
const quoteInterface = (text: string): string => text.replace(/^[^ ]+/, (name) => `"${name}"`);

const renderElement = (kind: CollectionKind, [key, value]: readonly [string, string?]): string => {
  if (kind === "address") return key;
  if (kind === "binding") return quoteInterface(key);
  if (kind === "dispatch") return `"${key}" : jump ${value}`;
  return `${key} : ${value}`;
};

const renderMatch = (match: Match): string => {
  switch (match.kind) {
    case "state":
      return `ct state { ${match.states.join(", ")} }`;
    case "connection-direction":
      return `ct direction ${match.direction}`;
    case "interface":
      return `${match.direction === "in" ? "iifname" : "oifname"} "${match.name}"`;
    case "protocol":
      return `meta l4proto ${match.protocol}`;
    case "port":
      return `${match.protocol} dport ${match.from === match.to ? match.from : `${match.from}-${match.to}`}`;
    case "icmp":
      return `icmp type ${match.type}${match.code === undefined ? "" : ` icmp code ${match.code}`}`;
    case "block":
      return `ip ${match.side === "source" ? "saddr" : "daddr"} ${match.cidr}`;
    case "blocks":
      return `ip ${match.side === "source" ? "saddr" : "daddr"} { ${match.cidrs.join(", ")} }`;
    case "block-ports":
      return `ip ${match.side === "source" ? "saddr" : "daddr"} . ${match.protocol} dport { ${match.pairs
        .map(([cidr, port]) => `${cidr} . ${port}`)
        .join(", ")} }`;
    case "member":
      return `ip ${match.side === "source" ? "saddr" : "daddr"} @${match.set}`;
    case "binding":
      return `iifname . ether saddr . ip saddr @${match.set}`;
    case "rate-over":
      return `update @${match.set} { ip saddr limit rate over ${match.perSecond}/second burst ${match.burst} packets }`;
    case "connections-over":
      return `add @${match.set} { ip saddr ct count over ${match.limit} }`;
  }
};

const renderAction = (action: Action): string => {
  switch (action.kind) {
    case "accept":
    case "drop":
      return action.kind;
    case "jump":
      return `jump ${action.chain}`;
    case "dispatch":
      return `${action.direction === "in" ? "iifname" : "oifname"} vmap @${action.map}`;
    case "dispatch-block":
      return `ip ${action.side === "source" ? "saddr" : "daddr"} vmap { ${action.chains
        .map(([cidr, chain]) => `${cidr} : jump ${chain}`)
        .join(", ")} }`;
    case "return":
      return "return";
    case "translate-source":
      return `snat ip to ${action.address}`;
    case "translate":
      return action.side === "source"
        ? `snat ip to ip saddr map @${action.map}`
        : `dnat ip to ip daddr map @${action.map}`;
  }
};

export const renderRule = (rule: Rule): string =>
  [...rule.matches.map(renderMatch), renderAction(rule.action)].join(" ");

const renderChange = (table: string, change: Change): string => {
  switch (change.kind) {
    case "add-set":
      return `add ${noun(change.type)} inet ${table} ${change.name} { ${collectionTypes[change.type]}; }`;
    case "add-chain": {
      const hook = change.hook;
      const declaration =
        hook === undefined
          ? ""
          : ` { type ${hook.type} hook ${hook.hook} priority ${hook.priority}; policy ${hook.policy}; }`;
      return `add chain inet ${table} ${change.name}${declaration}`;
    }
    case "flush-chain":
      return `flush chain inet ${table} ${change.name}`;
    case "add-rule":
      return `add rule inet ${table} ${change.chain} ${renderRule(change.rule)}`;
    case "add-elements":
      return `add element inet ${table} ${change.name} { ${change.elements.map((element) => renderElement(change.type, element)).join(", ")} }`;
    case "delete-elements":
      return `delete element inet ${table} ${change.name} { ${change.elements.map((element) => renderElement(change.type, element)).join(", ")} }`;
    case "delete-chain":
      return `delete chain inet ${table} ${change.name}`;
    case "delete-set":
      return `delete ${noun(change.type)} inet ${table} ${change.name}`;
  }
};

/** The changes as a script for `nft -f -`, which applies all of it or nothing. */
export const renderChanges = (table: string, changes: readonly Change[]): string =>
  changes.map((change) => `${renderChange(table, change)}\n`).join("");

/** A script that puts the table anew whatever was there, in one transaction. */
export const renderReplacement = (table: string, changes: readonly Change[]): string =>
  `add table inet ${table}\ndelete table inet ${table}\nadd table inet ${table}\n${renderChanges(table, changes)}`;
