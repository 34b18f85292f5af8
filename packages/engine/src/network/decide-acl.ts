import type { NetworkAclEntrySpec, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { orderedEntries } from "./acl-rules.ts";
import type { Flow } from "./flow.ts";
import { isInBlock } from "./ipv4.ts";

export interface AclDecision {
  readonly allowed: boolean;
  /** The entry that decided; absent where it is the last one, which denies all. */
  readonly entry?: NetworkAclEntrySpec;
}

const numbers: Readonly<Record<string, number>> = { tcp: 6, udp: 17, icmp: 1, icmpv6: 58 };

const covers = (entry: NetworkAclEntrySpec, flow: Flow, far: string): boolean => {
  if (!isInBlock(entry.cidr, far)) return false;
  if (entry.protocol === "-1") return true;
  const protocol = numbers[entry.protocol.toLowerCase()] ?? Number(entry.protocol);
  if (protocol !== flow.protocol) return false;
  if (protocol === 6 || protocol === 17) {
    const from = entry.fromPort ?? -1;
    const port = flow.destinationPort ?? -1;
    return from < 0 || (port >= from && port <= Math.max(from, entry.toPort ?? from));
  }
  if (protocol !== 1) return true;
  const [type, code] = [entry.icmpType ?? -1, entry.icmpCode ?? -1];
  return type < 0 || (type === flow.icmpType && (code < 0 || code === flow.icmpCode));
};

/** Whether a subnet's network ACL lets a packet out of the subnet (`egress`) or in. */
export const decideAcl = (
  vpc: VpcSpec,
  subnet: SubnetSpec,
  direction: "ingress" | "egress",
  flow: Flow,
): AclDecision => {
  const acl = vpc.networkAcls.find((each) => each.id === subnet.networkAclId);
  // A subnet always has one; where it has not been told of yet, groups alone decide.
  if (acl === undefined) return { allowed: true };
  const far = direction === "ingress" ? flow.source : flow.destination;
  const entry = orderedEntries(acl, direction).find((each) => covers(each, flow, far));
  return entry === undefined ? { allowed: false } : { allowed: entry.action === "allow", entry };
};
