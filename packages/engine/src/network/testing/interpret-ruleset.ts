import { familyOf, isInBlock as isWithin } from "../ip-family.ts";
import type { Chain, ChainHook, ConnectionDirection, ConnectionState, Match, Rule, Ruleset } from "../ruleset.ts";

/** A packet as the filter of a VPC sees it. Protocols are numbers; ports of TCP and UDP, type and code of ICMP. */
export interface FilteredPacket {
  readonly state: ConnectionState;
  /** `original` where it is not told. */
  readonly connectionDirection?: ConnectionDirection;
  readonly inInterface: string;
  readonly outInterface?: string;
  readonly sourceMac: string;
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  readonly destinationPort?: number;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  /** Told the set in which the packet is counted. */
  readonly onCounted?: (set: string) => void;
}

type Verdict = "accept" | "drop" | "return" | undefined;

const matches = (ruleset: Ruleset, match: Match, packet: FilteredPacket): boolean => {
  switch (match.kind) {
    case "family":
      return familyOf(packet.source) === match.family;
    case "state":
      return match.states.includes(packet.state);
    case "first-of-connection":
      return packet.state === "new";
    case "connection-direction":
      return (packet.connectionDirection ?? "original") === match.direction;
    case "interface":
      return (match.direction === "in" ? packet.inInterface : packet.outInterface) === match.name;
    case "protocol":
      return packet.protocol === match.protocol;
    case "port": {
      const port = packet.destinationPort;
      const protocol = match.protocol === "tcp" ? 6 : 17;
      return packet.protocol === protocol && port !== undefined && port >= match.from && port <= match.to;
    }
    case "icmp":
      return (
        packet.protocol === (familyOf(packet.source) === "ipv4" ? 1 : 58) &&
        packet.icmpType === match.type &&
        (match.code === undefined || packet.icmpCode === match.code)
      );
    case "block":
      return isWithin(match.cidr, match.side === "source" ? packet.source : packet.destination);
    case "blocks": {
      const address = match.side === "source" ? packet.source : packet.destination;
      return match.cidrs.some((cidr) => isWithin(cidr, address));
    }
    case "block-ports": {
      const address = match.side === "source" ? packet.source : packet.destination;
      const protocol = match.protocol === "tcp" ? 6 : 17;
      const { destinationPort } = packet;
      return (
        packet.protocol === protocol &&
        match.pairs.some(([cidr, port]) => port === destinationPort && isWithin(cidr, address))
      );
    }
    case "member":
      return (
        ruleset.sets.get(match.set)?.elements.has(match.side === "source" ? packet.source : packet.destination) ?? false
      );
    case "binding":
      return (
        ruleset.sets.get(match.set)?.elements.has(`${packet.inInterface} . ${packet.sourceMac} . ${packet.source}`) ??
        false
      );
    case "rate-over":
    case "connections-over":
      return false; // One packet is within every allowance.
    case "interface-member": {
      const name = match.direction === "in" ? packet.inInterface : packet.outInterface;
      return name !== undefined && (ruleset.sets.get(match.set)?.elements.has(name) ?? false);
    }
    case "has-ports":
      return packet.protocol === 6 || packet.protocol === 17;
    case "has-no-ports":
      return packet.protocol !== 6 && packet.protocol !== 17;
    case "tcp-flags":
      return false; // Packets here have none.
    case "count-flow":
    case "count-skipped":
      packet.onCounted?.(match.set);
      return true;
  }
};

const act = (ruleset: Ruleset, rule: Rule, packet: FilteredPacket): Verdict => {
  const { action } = rule;
  switch (action.kind) {
    case "accept":
    case "drop":
    case "return":
      return action.kind;
    case "continue":
      return undefined;
    case "dispatch-block": {
      const address = action.side === "source" ? packet.source : packet.destination;
      const [, chain] = action.chains.find(([cidr]) => isWithin(cidr, address)) ?? [];
      return chain === undefined ? undefined : runChain(ruleset, ruleset.chains.get(chain), packet);
    }
    case "jump":
      return runChain(ruleset, ruleset.chains.get(action.chain), packet);
    case "dispatch": {
      const key = action.direction === "in" ? packet.inInterface : (packet.outInterface ?? "");
      const chain = ruleset.maps.get(action.map)?.elements.get(key);
      return chain === undefined ? undefined : runChain(ruleset, ruleset.chains.get(chain), packet);
    }
    case "translate":
    case "translate-source":
      return "accept";
  }
};

const runChain = (
  ruleset: Ruleset,
  chain: Chain | undefined,
  packet: FilteredPacket,
): "accept" | "drop" | undefined => {
  for (const rule of chain?.rules ?? []) {
    if (!rule.matches.every((match) => matches(ruleset, match, packet))) continue;
    const verdict = act(ruleset, rule, packet);
    if (verdict === "return") return undefined;
    if (verdict !== undefined) return verdict;
  }
  return undefined;
};

/** What becomes of a packet at a hook: a drop is final, an accept only ends the base chain it is in. */
export const interpretRuleset = (
  ruleset: Ruleset,
  hook: ChainHook["hook"],
  packet: FilteredPacket,
): "accept" | "drop" => {
  const bases = [...ruleset.chains.values()]
    .flatMap((chain) =>
      chain.hook?.hook === hook && chain.hook.type === "filter" ? [{ chain, hook: chain.hook }] : [],
    )
    .sort((left, right) => left.hook.priority - right.hook.priority);
  for (const base of bases) {
    if ((runChain(ruleset, base.chain, packet) ?? base.hook.policy) === "drop") return "drop";
  }
  return "accept";
};

/** The source that the first packet of a connection leaves with. */
export const translateSource = (ruleset: Ruleset, packet: FilteredPacket): string => {
  const base = [...ruleset.chains.values()].find(({ hook }) => hook?.type === "nat" && hook.hook === "postrouting");
  const within = (chain: Chain | undefined): string | undefined => {
    for (const rule of chain?.rules ?? []) {
      if (!rule.matches.every((match) => matches(ruleset, match, packet))) continue;
      const { action } = rule;
      if (action.kind === "return") return undefined;
      if (action.kind === "translate-source") return action.address;
      if (action.kind === "translate") {
        const translated = ruleset.maps.get(action.map)?.elements.get(packet.source);
        if (translated !== undefined) return translated;
      }
      if (action.kind !== "dispatch-block") continue;
      const [, name] = action.chains.find(([cidr]) => isWithin(cidr, packet.source)) ?? [];
      const found = name === undefined ? undefined : within(ruleset.chains.get(name));
      if (found !== undefined) return found;
    }
    return undefined;
  };
  return within(base) ?? packet.source;
};
