import {
  type InterfaceMembership,
  networkInterfaceId,
  type SecurityGroupRuleSpec,
  type SecurityGroupSpec,
  securityGroupId,
  subnetId,
  type VpcSpec,
} from "@fleetless/kernel";
import { emptyVpc, openAndClosedRoutes, openAndClosedSubnets, openNetworkAcl } from "@fleetless/kernel/testing";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileRuleset, type LocalInterface } from "./compile-ruleset.ts";
import { buildRuleset, diffRuleset } from "./diff-ruleset.ts";
import type { Flow } from "./flow.ts";
import { renderChanges, renderReplacement } from "./render-changes.ts";
import { uplinkInterface } from "./router-options.ts";
import { emptyRuleset } from "./ruleset.ts";
import { applyChanges } from "./testing/apply-changes.ts";
import { interpretRuleset } from "./testing/interpret-ruleset.ts";

const groupIds = ["sg-a", "sg-b", "sg-c", "sg-d"].map(securityGroupId);
const ports = [0, 22, 80, 81, 443, 65_535];
const cidrs = ["0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.1.2/32", "203.0.113.0/24", "::/0"];

const peer: fc.Arbitrary<SecurityGroupRuleSpec["peer"]> = fc.oneof(
  fc.constantFrom(...cidrs).map((cidr) => ({ kind: "cidr" as const, cidr })),
  fc.constantFrom(...groupIds).map((groupId) => ({ kind: "group" as const, groupId })),
);
const portRule = fc
  .tuple(fc.constantFrom("tcp", "udp", "6", "17", "TCP"), fc.constantFrom(...ports), fc.constantFrom(...ports), peer)
  .map(([protocol, one, other, to]) => ({
    protocol,
    fromPort: Math.min(one, other),
    toPort: Math.max(one, other),
    peer: to,
  }));
const icmpRule = fc
  .tuple(fc.constantFrom("icmp", "1"), fc.constantFrom(-1, 0, 3, 8), fc.constantFrom(-1, 0, 4), peer)
  .map(([protocol, fromPort, toPort, to]) => ({ protocol, fromPort, toPort, peer: to }));
const otherRule = fc
  .tuple(fc.constantFrom("-1", "50", "tcp", "icmpv6"), peer)
  .map(([protocol, to]) => ({ protocol, peer: to }));
const rules: fc.Arbitrary<readonly SecurityGroupRuleSpec[]> = fc.array(fc.oneof(portRule, icmpRule, otherRule), {
  maxLength: 4,
});

const groups: fc.Arbitrary<readonly SecurityGroupSpec[]> = fc
  .tuple(...groupIds.map((id) => fc.record({ id: fc.constant(id), ingress: rules, egress: rules })))
  .chain((all) => fc.subarray([...all]));

const memberships: fc.Arbitrary<readonly InterfaceMembership[]> = fc
  .array(fc.record({ groups: fc.subarray(groupIds), exposed: fc.boolean() }), { maxLength: 5 })
  .map((members) =>
    members.map(({ groups: securityGroupIds, exposed }, index) => ({
      id: networkInterfaceId(`eni-${index}`),
      privateAddress: `10.0.1.${index + 1}`,
      macAddress: `02:00:00:00:00:0${index}`,
      subnetId: subnetId("subnet-open"),
      securityGroupIds,
      ...(exposed ? { publicAddress: `198.18.0.${index + 1}` } : {}),
    })),
  );

const vpcs: fc.Arbitrary<VpcSpec> = fc.record({ securityGroups: groups, interfaces: memberships }).map((parts) => ({
  ...emptyVpc,
  ...parts,
  subnets: openAndClosedSubnets,
  routeTables: openAndClosedRoutes,
  networkAcls: [openNetworkAcl],
}));

const local = (member: InterfaceMembership): LocalInterface => ({ ...member, port: `t${member.id}` });
const compileAll = (vpc: VpcSpec) => compileRuleset(vpc, vpc.interfaces.map(local), { apiPort: 4566 });

const flows: fc.Arbitrary<Flow> = fc.record({
  source: fc.constantFrom("10.0.1.1", "10.0.1.2", "10.0.1.3", "203.0.113.9"),
  destination: fc.constantFrom("10.0.1.1", "10.0.1.2", "10.0.1.4", "203.0.113.9"),
  protocol: fc.constantFrom(1, 6, 17, 50),
  destinationPort: fc.constantFrom(...ports, 8080),
  icmpType: fc.constantFrom(0, 3, 8),
  icmpCode: fc.constantFrom(0, 4),
});

describe("a compiled ruleset", () => {
  it("accepts what belongs to an accepted connection and nothing that belongs to none", () => {
    fc.assert(
      fc.property(vpcs, flows, fc.constantFrom("established", "related", "invalid"), (vpc, flow, state) => {
        const packet = { ...flow, state, sourceMac: "", inInterface: "teni-0", outInterface: "teni-1" } as const;
        expect(interpretRuleset(compileAll(vpc), "forward", packet)).toBe(state === "invalid" ? "drop" : "accept");
      }),
    );
  });

  it("lets an interface send from its own MAC and address only", () => {
    fc.assert(
      fc.property(vpcs, fc.nat(4), fc.nat(4), fc.nat(4), (vpc, one, two, three) => {
        const [port, mac, address] = [one, two, three].map((index) => vpc.interfaces[index]);
        fc.pre(port !== undefined && mac !== undefined && address !== undefined);
        if (port === undefined || mac === undefined || address === undefined) return;
        const verdict = interpretRuleset(compileAll(vpc), "prerouting", {
          state: "new",
          inInterface: local(port).port,
          sourceMac: mac.macAddress,
          source: address.privateAddress ?? "",
          destination: "10.0.1.9",
          protocol: 6,
        });
        expect(verdict).toBe(port.id === mac.id && mac.id === address.id ? "accept" : "drop");
      }),
    );
  });

  it("opens nothing of the router but DNS, metadata and the API", () => {
    const ruleset = compileAll({
      ...emptyVpc,
      securityGroups: [],
      interfaces: [],
    });
    const input = (destination: string, protocol: number, destinationPort: number, inInterface = "t1") =>
      interpretRuleset(ruleset, "input", {
        state: "new",
        inInterface,
        sourceMac: "",
        source: "10.0.1.1",
        destination,
        protocol,
        destinationPort,
      });
    expect(input("10.0.0.2", 17, 53)).toBe("accept");
    expect(input("169.254.169.253", 6, 53)).toBe("accept");
    expect(input("169.254.170.2", 6, 80)).toBe("accept");
    expect(input("169.254.170.2", 6, 4566)).toBe("accept");
    expect(input("169.254.170.2", 6, 80, uplinkInterface)).toBe("drop");
    expect(input("169.254.170.2", 6, 22)).toBe("drop");
    expect(input("169.254.170.2", 17, 53)).toBe("drop");
    expect(input("10.0.1.1", 17, 53)).toBe("drop");
  });
});

describe("the difference between rulesets", () => {
  it("leads from one to the other, in an order a packet filter accepts", () => {
    fc.assert(
      fc.property(vpcs, vpcs, (first, second) => {
        const previous = compileAll(first);
        const next = compileAll(second);
        expect(applyChanges(emptyRuleset, buildRuleset(previous))).toEqual(previous);
        expect(applyChanges(previous, diffRuleset(previous, next))).toEqual(next);
        expect(diffRuleset(next, next)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("is elements only where an interface with known groups is added", () => {
    fc.assert(
      fc.property(vpcs, (vpc) => {
        const first = vpc.interfaces[0];
        fc.pre(first !== undefined);
        if (first === undefined) return;
        const { publicAddress: _, ...rest } = first;
        const added = { ...rest, id: networkInterfaceId("eni-9"), privateAddress: "10.0.1.9" };
        const next = compileAll({ ...vpc, interfaces: [...vpc.interfaces, added] });
        const changes = diffRuleset(compileAll(vpc), next);
        expect(new Set(changes.map((change) => change.kind))).toEqual(new Set(["add-elements"]));
        expect(changes.flatMap((change) => ("elements" in change ? change.elements : [])).length).toBeLessThanOrEqual(
          3 + groupIds.length,
        );
      }),
    );
  });

  it("is rendered as one line a command", () => {
    const ruleset = compileAll({
      ...emptyVpc,
      securityGroups: [
        {
          id: securityGroupId("sg-a"),
          ingress: [
            { protocol: "tcp", fromPort: 80, toPort: 90, peer: { kind: "group", groupId: securityGroupId("sg-b") } },
            { protocol: "icmp", fromPort: 3, toPort: 4, peer: { kind: "cidr", cidr: "10.1.2.3/8" } },
          ],
          egress: [],
        },
      ],
      interfaces: [
        {
          id: networkInterfaceId("eni-1"),
          privateAddress: "10.0.1.1",
          macAddress: "02:00:00:00:00:01",
          subnetId: subnetId("subnet-1"),
          securityGroupIds: [securityGroupId("sg-a")],
        },
      ],
    });
    const script = renderChanges("vpc", buildRuleset(ruleset));
    expect(script).toContain("add rule inet vpc sg-a-ingress ip saddr @sg-b-members tcp dport 80-90 accept\n");
    expect(script).toContain("add rule inet vpc sg-a-ingress ip saddr 10.0.0.0/8 icmp type 3 icmp code 4 accept\n");
    expect(script).toContain('add element inet vpc bindings { "teni-1" . 02:00:00:00:00:01 . 10.0.1.1 }\n');
    expect(renderReplacement("vpc", []).split("\n")).toEqual([
      "add table inet vpc",
      "delete table inet vpc",
      "add table inet vpc",
      "",
    ]);
  });
});
