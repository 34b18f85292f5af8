import type { NetworkAclEntrySpec, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { orderedEntries } from "./acl-rules.ts";
import { icmpProtocol, otherIcmpProtocol } from "./compile-rule.ts";
import type { Flow } from "./flow.ts";
import { familyOf, isInBlock } from "./ip-family.ts";

export interface AclDecision {
  readonly allowed: boolean;
  /** The entry that decided; absent where it is the last one, which denies all. */
  readonly entry?: NetworkAclEntrySpec;
  /** Where it was asked about a range and refuses: ports that it refuses. */
  readonly refused?: PortRange;
}

/** Both ends are in it. */
export interface PortRange {
  readonly from: number;
  readonly to: number;
}

const numbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };

const covers = (entry: NetworkAclEntrySpec, flow: Flow, far: string): boolean => {
  if (!isInBlock(entry.cidr, far)) return false;
  if (entry.protocol === "-1") return true;
  const protocol = numbers[entry.protocol.toLowerCase()] ?? Number(entry.protocol);
  const family = familyOf(far);
  if (protocol !== flow.protocol || protocol === otherIcmpProtocol[family]) return false;
  if (protocol !== icmpProtocol[family]) return true;
  const [type, code] = [entry.icmpType ?? -1, entry.icmpCode ?? -1];
  return type < 0 || (type === flow.icmpType && (code < 0 || code === flow.icmpCode));
};

const allPorts: PortRange = { from: -1, to: 65_535 };

const portsOf = (entry: NetworkAclEntrySpec, { protocol }: Flow): PortRange => {
  const from = entry.fromPort ?? -1;
  if (entry.protocol === "-1" || (protocol !== 6 && protocol !== 17) || from < 0) return allPorts;
  return { from, to: Math.max(from, entry.toPort ?? from) };
};

const overlap = (one: PortRange, other: PortRange): PortRange | undefined => {
  const [from, to] = [Math.max(one.from, other.from), Math.min(one.to, other.to)];
  return from > to ? undefined : { from, to };
};

const without = (range: PortRange, taken: PortRange): readonly PortRange[] =>
  [
    { from: range.from, to: Math.min(range.to, taken.from - 1) },
    { from: Math.max(range.from, taken.to + 1), to: range.to },
  ].filter(({ from, to }) => from <= to);

/**
 * Whether a subnet's network ACL lets a packet out of the subnet (`egress`) or in: one to the flow's port, or where
 * `ports` are given to each of them, and then the first entry that any of them meets stands for all.
 */
export const decideAcl = (
  vpc: VpcSpec,
  subnet: SubnetSpec,
  direction: "ingress" | "egress",
  flow: Flow,
  ports: PortRange = { from: flow.destinationPort ?? -1, to: flow.destinationPort ?? -1 },
): AclDecision => {
  const acl = vpc.networkAcls.find((each) => each.id === subnet.networkAclId);
  // A subnet always has one; where it has not been told of yet, groups alone decide.
  if (acl === undefined) return { allowed: true };
  const far = direction === "ingress" ? flow.source : flow.destination;
  let left: readonly PortRange[] = [ports];
  let first: NetworkAclEntrySpec | undefined;
  for (const entry of orderedEntries(acl, direction)) {
    if (!covers(entry, flow, far)) continue;
    const taken = portsOf(entry, flow);
    const [met] = left.flatMap((range) => overlap(range, taken) ?? []);
    if (met === undefined) continue;
    if (entry.action === "deny") return { allowed: false, entry, refused: met };
    first ??= entry;
    left = left.flatMap((range) => without(range, taken));
    if (left.length === 0) return { allowed: true, entry: first };
  }
  return { allowed: false, ...(left[0] === undefined ? {} : { refused: left[0] }) };
};
