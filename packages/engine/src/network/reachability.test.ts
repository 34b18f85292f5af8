import type { VpcSpec } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "./flow.ts";
import { describeHop } from "./hops.ts";
import { familyOf, type IpFamily, memberAddress } from "./ip-family.ts";
import { decideFlow } from "./reachability.ts";
import { taskEndpointAddress, uplinkInterface } from "./router-options.ts";
import { interpretRuleset } from "./testing/interpret-ruleset.ts";
import { withIpv6OnlySubnet } from "./testing/ipv6-only-subnet.ts";
import {
  flowKinds,
  ipv6AddressIn,
  peered,
  vpcPairs,
  worldAddresses,
  worldIpv6Addresses,
} from "./testing/random-vpc.ts";
import {
  linkLocalOf,
  type ModelRouter,
  modelRouter,
  peeringDevice,
  portOf,
  routePacket,
} from "./testing/route-packet.ts";

const families = ["ipv4", "ipv6"] as const;

/** The first packet of a connection as it arrives in the world or at an interface, by what the kernel is told to do. */
const deliver = (from: ModelRouter, peer: ModelRouter, flow: Flow): Flow | undefined => {
  const family = familyOf(flow.source);
  const sender = from.vpc.interfaces.find((each) => memberAddress(each, family) === flow.source);
  const out = routePacket(
    from,
    sender === undefined ? uplinkInterface : portOf(sender),
    sender?.macAddress ?? "",
    flow,
  );
  if (out?.device !== peeringDevice("pcx-1")) return out?.flow;
  return routePacket(peer, peeringDevice("pcx-1"), "", out.flow)?.flow;
};

const addressesOf = ({ interfaces }: VpcSpec, family: IpFamily): readonly string[] =>
  interfaces.flatMap((each) => memberAddress(each, family) ?? []);

const strangers: Readonly<Record<IpFamily, readonly string[]>> = {
  ipv4: [...worldAddresses, "10.0.1.77"],
  ipv6: [...worldIpv6Addresses, ipv6AddressIn(0, 1, 15)],
};

const endsOf = (one: VpcSpec, other: VpcSpec, family: IpFamily): readonly string[] => [
  ...addressesOf(one, family),
  ...addressesOf(other, family),
  ...strangers[family],
];

const anyFamily = fc.constantFrom(...families);

describe("what the kernel is told and what reachability says", () => {
  it("are the same for the first packet between any two of a VPC, its peer and the world", () => {
    const cases = { ipv4: { pairs: 0, delivered: 0 }, ipv6: { pairs: 0, delivered: 0 } };
    const someKinds = fc.array(flowKinds, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(anyFamily, vpcPairs, someKinds, (family, [vpc, other], kinds) => {
        const [router, peer] = [modelRouter(vpc, family), modelRouter(other, family)];
        const known = (_: string, asked: VpcSpec): VpcSpec => (asked.id === vpc.id ? other : vpc);
        for (const source of addressesOf(vpc, family)) {
          for (const destination of endsOf(vpc, other, family)) {
            if (destination === source) continue;
            for (const kind of kinds) {
              const flow = { ...kind, source, destination };
              const decision = decideFlow(vpc, flow, known);
              cases[family].pairs += 1;
              cases[family].delivered += decision.allowed ? 1 : 0;
              expect(deliver(router, peer, flow), decision.hops.map(describeHop).join("\n")).toEqual(decision.arrives);
            }
          }
        }
      }),
      { numRuns: 1_200 },
    );
    // Neither all nor nothing passes, or the property would say little.
    for (const family of families) {
      expect(cases[family].pairs).toBeGreaterThan(3_000);
      expect(cases[family].delivered).toBeGreaterThan(100);
    }
  });

  it("are the same for what comes in from the world to a public address", () => {
    const delivered = { ipv4: 0, ipv6: 0 };
    fc.assert(
      fc.property(anyFamily, vpcPairs, flowKinds, (family, [vpc, other], kind) => {
        const [router, peer] = [modelRouter(vpc, family), modelRouter(other, family)];
        for (const target of vpc.interfaces) {
          const destination = memberAddress(target, family);
          if (destination === undefined) continue;
          for (const source of family === "ipv4" ? worldAddresses : worldIpv6Addresses) {
            const decision = decideFlow(vpc, { ...kind, source, destination });
            const shown = family === "ipv4" ? target.publicAddress : destination;
            const arrived = deliver(router, peer, { ...kind, source, destination: shown ?? destination });
            delivered[family] += decision.allowed ? 1 : 0;
            if (shown === undefined) expect(decision.allowed).toBe(false);
            else expect(arrived, decision.hops.map(describeHop).join("\n")).toEqual(decision.arrives);
          }
        }
      }),
      { numRuns: 1_500 },
    );
    for (const family of families) expect(delivered[family]).toBeGreaterThan(30);
  });
});

describe("an interface of IPv6 alone", () => {
  it("gets nowhere by IPv4 but to the router, and nobody gets to it, whatever groups and routes say", () => {
    let ipv6Only = 0;
    fc.assert(
      fc.property(vpcPairs, flowKinds, ([given, other], kind) => {
        const vpc = peered(
          withIpv6OnlySubnet(given, (number) => ipv6AddressIn(0, 2, number)),
          other,
        );
        const [router, peer] = [modelRouter(vpc), modelRouter(other)];
        for (const [index, member] of vpc.interfaces.entries()) {
          if (member.privateAddress !== undefined) continue;
          ipv6Only += 1;
          const own = linkLocalOf(index);
          const from = (destination: string): Flow => ({ ...kind, source: own, destination });
          for (const destination of endsOf(vpc, other, "ipv4")) {
            const out = routePacket(router, portOf(member), member.macAddress, from(destination));
            expect(out, `${own} to ${destination}`).toBeUndefined();
            expect(deliver(router, peer, { ...kind, source: destination, destination: own })).toBeUndefined();
          }
          const call = { ...from(taskEndpointAddress), protocol: 6, destinationPort: 80, state: "new" } as const;
          const packet = { ...call, inInterface: portOf(member), sourceMac: member.macAddress };
          for (const hook of ["prerouting", "input"] as const) {
            expect(interpretRuleset(router.ruleset, hook, packet)).toBe("accept");
          }
          const foreign = { ...packet, source: linkLocalOf(index + 7) };
          expect(interpretRuleset(router.ruleset, "prerouting", foreign)).toBe("drop");
        }
      }),
      { numRuns: 200 },
    );
    expect(ipv6Only).toBeGreaterThan(50);
  });
});

describe("a VPC without IPv6 blocks", () => {
  it("has no rule or route of IPv6, and no rule of IPv4 for it", () => {
    fc.assert(
      fc.property(vpcPairs, ([dual]) => {
        const ruleset = modelRouter({ ...dual, ipv6Cidrs: [] }).ruleset;
        const rules = [...ruleset.chains.values()].flatMap((chain) => chain.rules);
        expect(rules.filter((rule) => rule.matches.some((match) => match.kind === "family"))).toEqual([]);
        expect(modelRouter({ ...dual, ipv6Cidrs: [] }, "ipv6").routing.rules).toEqual([]);
        const bases = [...modelRouter(dual).ruleset.chains.values()].filter((chain) => chain.hook !== undefined);
        for (const { rules: own } of bases) expect(own[0]?.matches[0]).toEqual({ kind: "family", family: "ipv6" });
      }),
      { numRuns: 50 },
    );
  });
});
