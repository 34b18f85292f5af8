import {
  type FlowLogSpec,
  type InterfaceMembership,
  networkInterfaceId,
  type SecurityGroupId,
  securityGroupId,
  subnetId,
} from "@fleetless/kernel";
import fc from "fast-check";
import { expect, it } from "vitest";
import { compileRuleset, type LocalInterface } from "./compile-ruleset.ts";
import { diffRuleset } from "./diff-ruleset.ts";
import { type FilterPlan, planChanges } from "./filter-plan.ts";
import { shareUnchanged } from "./shared-parts.ts";
import { applyChanges } from "./testing/apply-changes.ts";
import { vpcPairs } from "./testing/random-vpc.ts";

const groupSets = fc.subarray(["sg-a", "sg-b", "sg-c", "sg-gone"].map(securityGroupId), { minLength: 1 });

const flowLogOf = (resourceId: string, tellsFlags: boolean): FlowLogSpec => ({
  id: `fl-${resourceId}`,
  resourceId,
  traffic: resourceId === "vpc-1" ? "REJECT" : "ALL",
  aggregationSeconds: 60,
  format: tellsFlags ? "tcp-flags" : "srcaddr",
});

type Step = (plan: FilterPlan) => FilterPlan;

const withInterfaces = (plan: FilterPlan, interfaces: readonly InterfaceMembership[]): FilterPlan => ({
  ...plan,
  vpc: { ...plan.vpc, interfaces },
});

/** Some have addresses of others, as when an address moves from one to the other. */
const memberOf = (number: number, groups: readonly SecurityGroupId[]): InterfaceMembership => ({
  id: networkInterfaceId(`eni-new-${number}`),
  privateAddress: `10.0.1.${1 + (number % 7)}`,
  macAddress: `02:00:00:01:00:0${number % 10}`,
  subnetId: subnetId(`subnet-${1 + (number % 3)}`),
  securityGroupIds: groups,
  ...(number % 2 === 0 ? { publicAddress: `100.64.0.${1 + (number % 5)}` } : {}),
});

const portOf = (member: InterfaceMembership): LocalInterface => ({ ...member, port: `t${member.id}` });

const steps: fc.Arbitrary<Step> = fc.oneof(
  // The control plane tells of an interface, perhaps one that it told of before, at any place of its list.
  fc.tuple(fc.nat(9), groupSets, fc.nat(5)).map(
    ([number, groups, at]): Step =>
      (plan) => {
        const member = memberOf(number, groups);
        const others = plan.vpc.interfaces.filter(({ id }) => id !== member.id);
        return withInterfaces(plan, others.toSpliced(at, 0, member));
      },
  ),
  fc.nat(9).map(
    (at): Step =>
      (plan) =>
        withInterfaces(plan, plan.vpc.interfaces.toSpliced(at, 1)),
  ),
  // An interface is attached here, told of or not, or goes.
  fc.tuple(fc.nat(9), groupSets).map(
    ([number, groups]): Step =>
      (plan) => {
        const local = portOf(memberOf(number, groups));
        return { ...plan, interfaces: [...plan.interfaces.filter(({ id }) => id !== local.id), local] };
      },
  ),
  fc.nat(9).map(
    (at): Step =>
      (plan) => {
        const member = plan.vpc.interfaces[at];
        if (member === undefined || plan.interfaces.some(({ id }) => id === member.id)) return plan;
        return { ...plan, interfaces: [...plan.interfaces, portOf(member)] };
      },
  ),
  fc.nat(9).map(
    (at): Step =>
      (plan) => ({ ...plan, interfaces: plan.interfaces.toSpliced(at, 1) }),
  ),
  fc.constant<Step>((plan) => ({ ...plan, interfaces: plan.interfaces.toReversed() })),
  // Rules, and everything else of the VPC.
  vpcPairs.map(
    ([{ securityGroups }]): Step =>
      (plan) => ({ ...plan, vpc: { ...plan.vpc, securityGroups } }),
  ),
  vpcPairs.map(
    ([{ securityGroups }]): Step =>
      (plan) => {
        const [first] = securityGroups;
        const others = plan.vpc.securityGroups.slice(1);
        return first === undefined ? plan : { ...plan, vpc: { ...plan.vpc, securityGroups: [first, ...others] } };
      },
  ),
  vpcPairs.map(
    ([{ peerings }]): Step =>
      (plan) => ({ ...plan, vpc: { ...plan.vpc, peerings } }),
  ),
  vpcPairs.map(
    ([vpc]): Step =>
      (plan) => ({ ...plan, vpc }),
  ),
  fc.tuple(vpcPairs, fc.constantFrom("subnets", "routeTables", "networkAcls", "prefixLists", "natGateways")).map(
    ([[vpc], part]): Step =>
      (plan) => ({ ...plan, vpc: { ...plan.vpc, [part]: vpc[part] } }),
  ),
  // Flow logs come and go, and what is counted is put aside to be read.
  fc.tuple(fc.subarray(["vpc-1", "subnet-1", "eni-new-1"]), fc.boolean()).map(
    ([resources, tells]): Step =>
      (plan) => ({ ...plan, vpc: { ...plan.vpc, flowLogs: resources.map((id) => flowLogOf(id, tells)) } }),
  ),
  fc.tuple(fc.nat(3), fc.subarray([7, 8])).map(
    ([generation, retained]): Step =>
      (plan) => ({ ...plan, options: { ...plan.options, flowCounting: { generation, retained } } }),
  ),
  fc.constantFrom("p1", "p2").map(
    (device): Step =>
      (plan) => ({
        ...plan,
        options: { ...plan.options, peeringDevices: new Map([["pcx-1", device]]) },
      }),
  ),
);

it("tells what differs between two plans as if both were compiled whole", () => {
  fc.assert(
    fc.property(vpcPairs, fc.array(steps, { maxLength: 12 }), ([vpc], changes) => {
      let before: FilterPlan = { vpc, interfaces: vpc.interfaces.slice(1).map(portOf), options: { apiPort: 4566 } };
      let enforced = compileRuleset(before.vpc, before.interfaces, before.options);
      for (const change of changes) {
        const wanted = change(before);
        const after = { ...wanted, vpc: shareUnchanged(before.vpc, structuredClone(wanted.vpc)) };
        const whole = compileRuleset(after.vpc, after.interfaces, after.options);
        const told = planChanges(before, after);
        expect(told).toEqual(diffRuleset(enforced, whole));
        expect(applyChanges(enforced, told)).toEqual(whole);
        [before, enforced] = [after, whole];
      }
    }),
    { numRuns: 500 },
  );
});
