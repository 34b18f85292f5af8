import { type RouteTarget, subnetId, type VpcSpec } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "./flow.ts";
import { describeHop } from "./hops.ts";
import { memberAddress } from "./ip-family.ts";
import { decideFlow, type FlowDecision } from "./reachability.ts";
import { decideReplies } from "./replies.ts";
import { uplinkInterface } from "./router-options.ts";
import { addressedByIpv4 } from "./testing/ipv6-only-subnet.ts";
import { flowKinds, vpcPairs, worldAddresses, worldIpv6Addresses } from "./testing/random-vpc.ts";
import { type ModelRouter, modelRouter, peeringDevice, portOf, routePacket } from "./testing/route-packet.ts";

const pcxTarget: RouteTarget = { kind: "vpc-peering-connection", id: "pcx-1" };
const everything = { protocol: "-1", peer: { kind: "cidr", cidr: "0.0.0.0/0" } } as const;
const pcx = peeringDevice("pcx-1");
const strangers = { ipv4: worldAddresses, ipv6: worldIpv6Addresses };

/** An answer as it is on its way, its translated ends as the kernel's list of connections restores them. */
const answer = (router: ModelRouter, device: string, mac: string, flow: Flow): string | undefined =>
  routePacket(router, device, mac, flow, "established", "reply")?.device;

/** The device by which the answer leaves the last router; undefined where it is lost before. */
const deliverAnswer = (
  from: ModelRouter,
  peer: ModelRouter,
  opened: Flow,
  { arrives, hops }: FlowDecision,
): string | undefined => {
  if (arrives === undefined) return undefined;
  const { sourcePort = 0 } = opened;
  const isEcho = opened.protocol === 1 || opened.protocol === 58;
  const kind = isEcho ? { icmpType: opened.protocol === 1 ? 0 : 129, icmpCode: 0 } : { destinationPort: sourcePort };
  const reply = { protocol: opened.protocol, source: arrives.destination, ...kind };
  const last = hops.at(-1);
  if (last?.kind !== "network-interface") {
    return answer(from, uplinkInterface, "", { ...reply, destination: opened.source });
  }
  const there = last.vpcId === from.vpc.id ? from : peer;
  const receiver = there.vpc.interfaces.find((each) => each.id === last.id);
  if (receiver === undefined) return undefined;
  const destination = there === from ? opened.source : arrives.source;
  const out = answer(there, portOf(receiver), receiver.macAddress, { ...reply, destination });
  if (there === from || out !== pcx) return there === from ? out : undefined;
  return answer(from, pcx, "", { ...reply, destination: opened.source });
};

const told = (decision: FlowDecision, replies: ReturnType<typeof decideReplies>): string =>
  [...decision.hops, ...(replies?.hops ?? [])].map(describeHop).join("\n");

/** A family, and a flow of it that is answered. */
const answered = fc.tuple(fc.constantFrom("ipv4" as const, "ipv6" as const), flowKinds).map(([family, kind]) => ({
  family,
  kind: {
    ...kind,
    protocol: kind.protocol === 1 || kind.protocol === 58 ? (family === "ipv4" ? 1 : 58) : kind.protocol,
    icmpType: family === "ipv4" ? 8 : 128,
  },
}));

describe("what the kernel is told and what is said of answers", () => {
  it("are the same for what any interface opens", () => {
    const cases = { answered: 0, back: 0 };
    fc.assert(
      fc.property(vpcPairs, fc.array(answered, { minLength: 1, maxLength: 3 }), ([vpc, other], kinds) => {
        const known = (): VpcSpec => other;
        for (const { family, kind } of kinds) {
          const [router, peer] = [modelRouter(vpc, family), modelRouter(other, family)];
          const ends = [...vpc.interfaces, ...other.interfaces].flatMap((each) => memberAddress(each, family) ?? []);
          for (const sender of vpc.interfaces) {
            const source = memberAddress(sender, family);
            for (const destination of [...ends, ...strangers[family]]) {
              if (source === undefined || destination === source) continue;
              const flow = { ...kind, source, destination };
              const decision = decideFlow(vpc, flow, known);
              const replies = decideReplies(vpc, flow, decision, known);
              expect(replies === undefined).toBe(!decision.allowed);
              if (replies === undefined) continue;
              cases.answered += 1;
              cases.back += replies.allowed ? 1 : 0;
              expect(deliverAnswer(router, peer, flow, decision), told(decision, replies)).toBe(
                replies.allowed ? portOf(sender) : undefined,
              );
            }
          }
        }
      }),
      { numRuns: 1_600 },
    );
    // Neither all nor nothing passes, or the property would say little.
    expect(cases.back).toBeGreaterThan(300);
    expect(cases.answered - cases.back).toBeGreaterThan(60);
  });

  it("are the same for what the world opens to a public address", () => {
    const cases = { answered: 0, back: 0 };
    fc.assert(
      fc.property(vpcPairs, answered, ([vpc, other], { family, kind }) => {
        const [router, peer] = [modelRouter(vpc, family), modelRouter(other, family)];
        for (const member of vpc.interfaces) {
          const destination = memberAddress(member, family);
          for (const source of strangers[family]) {
            if (destination === undefined) continue;
            const flow = { ...kind, source, destination };
            const decision = decideFlow(vpc, flow);
            const replies = decideReplies(vpc, flow, decision);
            if (replies === undefined) continue;
            cases.answered += 1;
            cases.back += replies.allowed ? 1 : 0;
            expect(deliverAnswer(router, peer, flow, decision), told(decision, replies)).toBe(
              replies.allowed ? uplinkInterface : undefined,
            );
          }
        }
      }),
      { numRuns: 2_000 },
    );
    expect(cases.back).toBeGreaterThan(40);
    expect(cases.answered - cases.back).toBeGreaterThan(0);
  });

  it("are the same where a NAT gateway stands on the way of answers to a peer, which knows nothing of them", () => {
    fc.assert(
      fc.property(vpcPairs, ([vpc, other]) => {
        const all = { ingress: [everything], egress: [everything] };
        const open = (of: VpcSpec, target: RouteTarget): VpcSpec => ({
          ...of,
          subnets: of.subnets.map((each) => ({ ...each, networkAclId: "acl-3", routeTableId: `rtb-${each.id}` })),
          routeTables: of.subnets.map(({ id }) => ({
            id: `rtb-${id}`,
            routes: [{ destination: "0.0.0.0/0", target: id === "subnet-1" ? target : pcxTarget }],
          })),
          securityGroups: of.securityGroups.map(({ id }) => ({ id, ...all })),
          natGateways: of.natGateways.map((each) => ({ ...each, subnetId: subnetId("subnet-3") })),
        });
        const [here, there] = [open(vpc, pcxTarget), open(other, { kind: "nat-gateway", id: "nat-1" })];
        const [router, peer] = [modelRouter(here), modelRouter(there)];
        for (const sender of addressedByIpv4(here)) {
          for (const receiver of addressedByIpv4(there)) {
            const ends = { source: sender.privateAddress, destination: receiver.privateAddress };
            const flow = { ...ends, protocol: 6, sourcePort: 40_000, destinationPort: 80 };
            const decision = decideFlow(here, flow, () => there);
            const replies = decideReplies(here, flow, decision, () => there);
            expect(decision.allowed).toBe(true);
            expect(replies?.allowed).toBe(receiver.subnetId !== "subnet-1");
            expect(deliverAnswer(router, peer, flow, decision)).toBe(replies?.allowed ? portOf(sender) : undefined);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});
