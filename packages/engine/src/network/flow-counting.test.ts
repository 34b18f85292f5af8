import type { FlowLogSpec, InterfaceMembership, NetworkAclEntrySpec, VpcSpec } from "@fleetless/kernel";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileRuleset, type LocalInterface } from "./compile-ruleset.ts";
import { readFlowSetName } from "./flow-counting.ts";
import { interpretRuleset } from "./testing/interpret-ruleset.ts";
import { addressedByIpv4 } from "./testing/ipv6-only-subnet.ts";
import { vpcPairs } from "./testing/random-vpc.ts";

const flowLog = (vpc: VpcSpec, traffic: FlowLogSpec["traffic"]): FlowLogSpec => ({
  id: "fl-1",
  resourceId: vpc.id,
  traffic,
  aggregationSeconds: 60,
  format: "",
});
const local = (member: InterfaceMembership): LocalInterface => ({
  ...member,
  port: `t${member.id}`,
  ...(member.privateAddress === undefined ? { linkLocalAddress: "169.254.172.2" } : {}),
});

interface Sent {
  readonly state: "new" | "established" | "invalid";
  readonly protocol: number;
  readonly destinationPort: number;
}

/** What becomes of a packet from one interface of the VPC to another, and where it is counted. */
const follow = (vpc: VpcSpec, from: InterfaceMembership, to: InterfaceMembership, sent: Sent) => {
  const ruleset = compileRuleset(vpc, vpc.interfaces.map(local), {
    apiPort: 4566,
    flowCounting: { generation: 5, retained: [4] },
  });
  const counted: string[] = [];
  const verdict = interpretRuleset(ruleset, "forward", {
    ...sent,
    icmpType: 8,
    icmpCode: 0,
    inInterface: local(from).port,
    outInterface: local(to).port,
    sourceMac: from.macAddress,
    source: from.privateAddress ?? "",
    destination: to.privateAddress ?? "",
    onCounted: (set) => {
      const found = readFlowSetName(set);
      if (found === undefined || found.counted.kind === "skipped") throw new Error(`counted in ${set}`);
      expect(found.generation).toBe(5);
      expect(found.counted.kind).toBe(sent.protocol === 1 ? "protocols" : "ports");
      counted.push(`${found.counted.direction} ${found.counted.action}`);
    },
  });
  return { verdict, counted };
};

const everything: NetworkAclEntrySpec = { ruleNumber: 1, action: "allow", protocol: "-1", cidr: "0.0.0.0/0" };
/** The same to senders, and open to all who are sent to. */
const withOpenReceivers = (vpc: VpcSpec): VpcSpec => ({
  ...vpc,
  securityGroups: vpc.securityGroups.map((group) => ({
    ...group,
    ingress: [{ protocol: "-1", peer: { kind: "cidr", cidr: "0.0.0.0/0" } }],
  })),
  networkAcls: vpc.networkAcls.map((acl) => ({ ...acl, ingress: [everything] })),
});

const packets: fc.Arbitrary<Sent> = fc.record({
  state: fc.constantFrom("new", "established", "invalid"),
  protocol: fc.constantFrom(1, 6, 17),
  destinationPort: fc.constantFrom(22, 80, 443, 8080),
});

it("counts a packet at the sender as the sender's groups and ACL decide, and then at the receiver as its own do", () => {
  fc.assert(
    fc.property(vpcPairs, fc.nat(), fc.nat(), packets, ([random], one, other, sent) => {
      const members = addressedByIpv4(random);
      const from = members[one % Math.max(1, members.length)];
      const to = members[other % Math.max(1, members.length)];
      fc.pre(from !== undefined && to !== undefined && from !== to);
      if (from === undefined || to === undefined) return;
      const vpc = { ...random, flowLogs: [flowLog(random, "ALL")] };
      const { verdict, counted } = follow(vpc, from, to, sent);
      const leaves = follow(withOpenReceivers(vpc), from, to, sent).verdict === "accept";
      const wanted = leaves
        ? ["egress ACCEPT", verdict === "accept" ? "ingress ACCEPT" : "ingress REJECT"]
        : ["egress REJECT"];
      expect(counted).toEqual(wanted);
      // What is counted changes nothing of what passes, and no more is counted than is asked for.
      expect(follow(random, from, to, sent)).toEqual({ verdict, counted: [] });
      const refused = follow({ ...random, flowLogs: [flowLog(random, "REJECT")] }, from, to, sent);
      expect(refused).toEqual({ verdict, counted: counted.filter((each) => each.endsWith("REJECT")) });
    }),
    { numRuns: 1_000 },
  );
});

it("counts nothing of interfaces that no flow log is of", () => {
  fc.assert(
    fc.property(vpcPairs, packets, ([random], sent) => {
      const [from, to] = addressedByIpv4(random);
      fc.pre(from !== undefined && to !== undefined && from !== to);
      if (from === undefined || to === undefined) return;
      const vpc = { ...random, flowLogs: [{ ...flowLog(random, "ALL"), resourceId: to.id }] };
      const { counted } = follow(vpc, from, to, sent);
      expect(counted.every((each) => each.startsWith("ingress"))).toBe(true);
    }),
  );
});
