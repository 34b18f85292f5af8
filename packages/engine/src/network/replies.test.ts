import { type RouteTarget, subnetId, type VpcSpec } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "./flow.ts";
import { describeHop } from "./hops.ts";
import { decideFlow, type FlowDecision } from "./reachability.ts";
import { decideReplies } from "./replies.ts";
import { uplinkInterface } from "./router-options.ts";
import { flowKinds, vpcPairs, worldAddresses } from "./testing/random-vpc.ts";
import { type ModelRouter, modelRouter, peeringDevice, portOf, routePacket } from "./testing/route-packet.ts";

const pcxTarget: RouteTarget = { kind: "vpc-peering-connection", id: "pcx-1" };
const everything = { protocol: "-1", peer: { kind: "cidr", cidr: "0.0.0.0/0" } } as const;
const pcx = peeringDevice("pcx-1");

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
  const kind = opened.protocol === 1 ? { icmpType: 0, icmpCode: 0 } : { destinationPort: sourcePort };
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

const answered = flowKinds.map((kind) => ({ ...kind, icmpType: 8 }));

describe("what the kernel is told and what is said of answers", () => {
  it("are the same for what any interface opens", () => {
    const cases = { answered: 0, back: 0 };
    fc.assert(
      fc.property(vpcPairs, fc.array(answered, { minLength: 1, maxLength: 3 }), ([vpc, other], kinds) => {
        const [router, peer] = [modelRouter(vpc), modelRouter(other)];
        const known = (): VpcSpec => other;
        const ends = [...vpc.interfaces, ...other.interfaces].map((each) => each.privateAddress);
        for (const sender of vpc.interfaces) {
          for (const destination of [...ends, ...worldAddresses]) {
            if (destination === sender.privateAddress) continue;
            for (const kind of kinds) {
              const flow = { ...kind, source: sender.privateAddress, destination };
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
      { numRuns: 1_200 },
    );
    // Neither all nor nothing passes, or the property would say little.
    expect(cases.back).toBeGreaterThan(300);
    expect(cases.answered - cases.back).toBeGreaterThan(100);
  });

  it("are the same for what the world opens to a public address", () => {
    const cases = { answered: 0, back: 0 };
    fc.assert(
      fc.property(vpcPairs, answered, ([vpc, other], kind) => {
        const [router, peer] = [modelRouter(vpc), modelRouter(other)];
        for (const { privateAddress } of vpc.interfaces) {
          for (const source of worldAddresses) {
            const flow = { ...kind, source, destination: privateAddress };
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
    expect(cases.answered - cases.back).toBeGreaterThan(2);
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
        for (const sender of here.interfaces) {
          for (const receiver of there.interfaces) {
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
