import type { IpFamily } from "./ip-family.ts";

/** What one packet filter table of a VPC holds, as a value: chains, sets and maps by name. All addresses are of one family. */
export interface Ruleset {
  readonly sets: ReadonlyMap<string, AddressSet>;
  readonly maps: ReadonlyMap<string, LookupMap>;
  readonly chains: ReadonlyMap<string, Chain>;
}

/** Filled by the packet filter with what it counts: flows by interface, the other end's address, and ports or protocol. */
export type FlowSetKind = "port-flows" | "protocol-flows" | "flagged-flows" | "skipped-interfaces";

export interface AddressSet {
  readonly name: string;
  /**
   * `address` holds addresses, `binding` holds `interface . MAC . address`. The packet filter itself puts
   * addresses into `rates` and `connections`, which begin empty: whose packets it measures, whose connections it counts.
   * `interface` holds interfaces.
   */
  readonly kind: "address" | "binding" | "interface" | "rates" | "connections" | FlowSetKind;
  readonly elements: ReadonlySet<string>;
}

export interface LookupMap {
  readonly name: string;
  /** `dispatch` leads from an interface to the chain to jump to, `translation` from an address to an address. */
  readonly kind: "dispatch" | "translation";
  readonly elements: ReadonlyMap<string, string>;
}

export interface Chain {
  readonly name: string;
  /** Present on a base chain, which the kernel itself enters. */
  readonly hook?: ChainHook;
  readonly rules: readonly Rule[];
}

export interface ChainHook {
  readonly type: "filter" | "nat";
  readonly hook: "prerouting" | "input" | "forward" | "postrouting";
  readonly priority: number;
  readonly policy: "accept" | "drop";
}

export interface Rule {
  readonly matches: readonly Match[];
  readonly action: Action;
}

export type ConnectionState = "new" | "established" | "related" | "invalid";
export type ConnectionDirection = "original" | "reply";
export type Side = "source" | "destination";
export type Direction = "in" | "out";

export type Match =
  | { readonly kind: "family"; readonly family: IpFamily }
  | { readonly kind: "state"; readonly states: readonly ConnectionState[] }
  /** The kernel knows the connection by this packet alone: all of a connection that is not answered are "new". */
  | { readonly kind: "first-of-connection" }
  /** Which way of its connection the packet goes. */
  | { readonly kind: "connection-direction"; readonly direction: ConnectionDirection }
  | { readonly kind: "interface"; readonly direction: Direction; readonly name: string }
  | { readonly kind: "protocol"; readonly protocol: number }
  | { readonly kind: "port"; readonly protocol: "tcp" | "udp"; readonly from: number; readonly to: number }
  | { readonly kind: "icmp"; readonly type: number; readonly code?: number }
  | { readonly kind: "block"; readonly side: Side; readonly cidr: string }
  /** One of the blocks, none of which covers another. */
  | { readonly kind: "blocks"; readonly side: Side; readonly cidrs: readonly string[] }
  /** The address is in the block of one of the pairs and the port is the pair's. No block of a port covers another. */
  | {
      readonly kind: "block-ports";
      readonly side: Side;
      readonly protocol: "tcp" | "udp";
      readonly pairs: readonly (readonly [cidr: string, port: number])[];
    }
  | { readonly kind: "member"; readonly side: Side; readonly set: string }
  /** The incoming interface with the packet's source MAC and address is one of the set. */
  | { readonly kind: "binding"; readonly set: string }
  /** The source address has sent more packets that came so far than `perSecond`, beyond a burst. */
  | { readonly kind: "rate-over"; readonly set: string; readonly perSecond: number; readonly burst: number }
  /** The source address has more connections open than `limit`. */
  | { readonly kind: "connections-over"; readonly set: string; readonly limit: number }
  | { readonly kind: "interface-member"; readonly direction: Direction; readonly set: string }
  | { readonly kind: "has-ports" }
  | { readonly kind: "has-no-ports" }
  | { readonly kind: "tcp-flags"; readonly mask: number; readonly value: number }
  /** Counts the packet where the set has room, and only then goes on in the rule. */
  | {
      readonly kind: "count-flow";
      readonly set: string;
      readonly direction: Direction;
      readonly by: "ports" | "protocols" | "flags";
    }
  | { readonly kind: "count-skipped"; readonly set: string; readonly direction: Direction };

export type Action =
  | { readonly kind: "accept" }
  | { readonly kind: "drop" }
  /** On to the next rule. */
  | { readonly kind: "continue" }
  | { readonly kind: "jump"; readonly chain: string }
  | { readonly kind: "dispatch"; readonly direction: Direction; readonly map: string }
  /** Jumps to the chain of the block that the address is in; the blocks do not overlap. */
  | { readonly kind: "dispatch-block"; readonly side: Side; readonly chains: readonly (readonly [string, string])[] }
  /** Back to the chain that jumped here; in a base chain its policy decides. */
  | { readonly kind: "return" }
  | { readonly kind: "translate"; readonly side: Side; readonly map: string }
  | { readonly kind: "translate-source"; readonly address: string };

export const emptyRuleset: Ruleset = { sets: new Map(), maps: new Map(), chains: new Map() };
