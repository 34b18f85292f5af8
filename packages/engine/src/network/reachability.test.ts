import type { VpcSpec } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "./flow.ts";
import { describeHop } from "./hops.ts";
import { decideFlow } from "./reachability.ts";
import { uplinkInterface } from "./router-options.ts";
import { flowKinds, vpcPairs, worldAddresses } from "./testing/random-vpc.ts";
import { type ModelRouter, modelRouter, peeringDevice, portOf, routePacket } from "./testing/route-packet.ts";

/** The first packet of a connection as it arrives in the world or at an interface, by what the kernel is told to do. */
const deliver = (from: ModelRouter, peer: ModelRouter, flow: Flow): Flow | undefined => {
  const sender = from.vpc.interfaces.find((each) => each.privateAddress === flow.source);
  const out = routePacket(
    from,
    sender === undefined ? uplinkInterface : portOf(sender),
    sender?.macAddress ?? "",
    flow,
  );
  if (out?.device !== peeringDevice("pcx-1")) return out?.flow;
  return routePacket(peer, peeringDevice("pcx-1"), "", out.flow)?.flow;
};

const endsOf = (one: VpcSpec, other: VpcSpec): readonly string[] => [
  ...one.interfaces.map((each) => each.privateAddress),
  ...other.interfaces.map((each) => each.privateAddress),
  ...worldAddresses,
  "10.0.1.77",
];

const cases = { pairs: 0, delivered: 0 };

describe("what the kernel is told and what reachability says", () => {
  it("are the same for the first packet between any two of a VPC, its peer and the world", () => {
    fc.assert(
      fc.property(vpcPairs, fc.array(flowKinds, { minLength: 1, maxLength: 3 }), ([vpc, other], kinds) => {
        const [router, peer] = [modelRouter(vpc), modelRouter(other)];
        const known = (_: string, asked: VpcSpec): VpcSpec => (asked.id === vpc.id ? other : vpc);
        for (const sender of vpc.interfaces) {
          for (const destination of endsOf(vpc, other)) {
            if (destination === sender.privateAddress) continue;
            for (const kind of kinds) {
              const flow = { ...kind, source: sender.privateAddress, destination };
              const decision = decideFlow(vpc, flow, known);
              cases.pairs += 1;
              cases.delivered += decision.allowed ? 1 : 0;
              expect(deliver(router, peer, flow), decision.hops.map(describeHop).join("\n")).toEqual(decision.arrives);
            }
          }
        }
      }),
      { numRuns: 1_200 },
    );
    // Neither all nor nothing passes, or the property would say little.
    expect(cases.pairs).toBeGreaterThan(5_000);
    expect(cases.delivered).toBeGreaterThan(200);
  });

  it("are the same for what comes in from the world to a public address", () => {
    let delivered = 0;
    fc.assert(
      fc.property(vpcPairs, flowKinds, ([vpc, other], kind) => {
        const [router, peer] = [modelRouter(vpc), modelRouter(other)];
        for (const target of vpc.interfaces) {
          for (const source of worldAddresses) {
            const decision = decideFlow(vpc, { ...kind, source, destination: target.privateAddress });
            const shown = target.publicAddress ?? target.privateAddress;
            const arrived = deliver(router, peer, { ...kind, source, destination: shown });
            delivered += decision.allowed ? 1 : 0;
            if (target.publicAddress === undefined) expect(decision.allowed).toBe(false);
            else expect(arrived, decision.hops.map(describeHop).join("\n")).toEqual(decision.arrives);
          }
        }
      }),
      { numRuns: 1_000 },
    );
    expect(delivered).toBeGreaterThan(50);
  });
});
