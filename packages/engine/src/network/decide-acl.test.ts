import type { NetworkAclEntrySpec, SubnetSpec, VpcSpec } from "@fleetless/kernel";
import { subnetId } from "@fleetless/kernel";
import { emptyVpc } from "@fleetless/kernel/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decideAcl } from "./decide-acl.ts";

const subnet: SubnetSpec = {
  id: subnetId("subnet-1"),
  cidr: "10.0.1.0/24",
  availabilityZone: "us-east-1a",
  routeTableId: "rtb-1",
  networkAclId: "acl-1",
};
const vpcOf = (egress: readonly NetworkAclEntrySpec[]): VpcSpec => ({
  ...emptyVpc,
  subnets: [subnet],
  networkAcls: [{ id: "acl-1", ingress: [], egress }],
});
const flow = { source: "10.0.1.4", destination: "203.0.113.9", protocol: 6 };

const entries = fc
  .array(
    fc.tuple(
      fc.integer({ min: 0, max: 20 }),
      fc.integer({ min: 0, max: 20 }),
      fc.constantFrom("6", "6", "6", "-1", "17"),
      fc.constantFrom("0.0.0.0/0", "203.0.113.0/24", "198.51.100.0/24"),
      fc.constantFrom("allow" as const, "allow" as const, "deny" as const),
    ),
    { maxLength: 6 },
  )
  .map((all) =>
    all.map(([one, other, protocol, cidr, action], index): NetworkAclEntrySpec => {
      const ports = protocol === "-1" ? {} : { fromPort: Math.min(one, other), toPort: Math.max(one, other) };
      return { ruleNumber: index + 1, action, protocol, cidr, ...ports };
    }),
  );

test("a range of ports passes where each of them does, and of what is refused each one is", () => {
  fc.assert(
    fc.property(entries, fc.nat(20), fc.nat(20), (egress, one, other) => {
      const vpc = vpcOf(egress);
      const range = { from: Math.min(one, other), to: Math.max(one, other) };
      const passes = (port: number) => decideAcl(vpc, subnet, "egress", { ...flow, destinationPort: port }).allowed;
      const all = Array.from({ length: range.to - range.from + 1 }, (_, index) => range.from + index);
      const { allowed, refused } = decideAcl(vpc, subnet, "egress", flow, range);
      expect(allowed).toBe(all.every(passes));
      expect(refused === undefined).toBe(allowed);
      if (refused === undefined) return;
      expect(all.filter((port) => port >= refused.from && port <= refused.to).some(passes)).toBe(false);
      expect(refused.from).toBeGreaterThanOrEqual(range.from);
      expect(refused.to).toBeLessThanOrEqual(range.to);
    }),
    { numRuns: 2_000 },
  );
});
