import type { VpcSpec } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Flow } from "../network/flow.ts";
import { memberAddress } from "../network/ip-family.ts";
import { decideFlow } from "../network/reachability.ts";
import { decideReplies } from "../network/replies.ts";
import { addressedByIpv4 } from "../network/testing/ipv6-only-subnet.ts";
import { vpcPairs, worldAddresses, worldIpv6Addresses } from "../network/testing/random-vpc.ts";
import { publicAddressOf } from "./service-addresses.ts";
import { interfaceEndpoint } from "./testing/interface-endpoint.ts";
import { familyOfWays, wayToAddress, wayToService } from "./way-out.ts";

const logs = { service: "logs", region: "us-east-1" };

describe("the ways out of any VPC", () => {
  /** The source with which a connection's first packet arrives whose answers come back. */
  const comesThrough = (random: VpcSpec, flow: Flow): string | undefined => {
    const decision = decideFlow(random, flow);
    return decideReplies(random, flow, decision)?.allowed === true ? decision.arrives?.source : undefined;
  };
  const https = { protocol: 6, sourcePort: 49_152, destinationPort: 443 };

  it("are those of a connection to port 443, for addresses and for services without endpoints", () => {
    const seen = { ipv4: 0, ipv6: 0, refused: 0 };
    fc.assert(
      fc.property(vpcPairs, ([random]) => {
        for (const from of random.interfaces) {
          const family = familyOfWays(from);
          const source = memberAddress(from, family) ?? "";
          const arrives = (destination: string) => comesThrough(random, { ...https, source, destination });
          for (const address of family === "ipv4" ? worldAddresses : worldIpv6Addresses) {
            const way = wayToAddress(random, from, { address, port: 443, name: "there" });
            expect(way.kind === "routed" ? way.source : undefined).toBe(arrives(address));
            seen[way.kind === "routed" ? family : "refused"] += 1;
          }
          const way = wayToService(random, from, logs);
          expect(way.kind === "routed" ? way.source : undefined).toBe(arrives(publicAddressOf("logs", family)));
        }
      }),
      { numRuns: 800 },
    );
    expect(seen.ipv4).toBeGreaterThan(20);
    expect(seen.ipv6).toBeGreaterThan(10);
    expect(seen.refused).toBeGreaterThan(50);
  });

  it("lead to an interface endpoint exactly where a connection to one of its interfaces comes through", () => {
    const seen = { endpoint: 0, refused: 0 };
    fc.assert(
      fc.property(vpcPairs, fc.integer({ min: 1, max: 2 }), ([random], count) => {
        const [from, ...others] = addressedByIpv4(random);
        const interfaces = others
          .slice(0, count)
          .map(({ id, subnetId: place, privateAddress }) => ({ id, subnetId: place, privateAddress }));
        if (from === undefined || interfaces.length === 0) return;
        const way = wayToService({ ...random, endpoints: [interfaceEndpoint("logs", { interfaces })] }, from, logs);
        const reached = interfaces.some(
          ({ privateAddress }) =>
            comesThrough(random, { ...https, source: from.privateAddress, destination: privateAddress }) !== undefined,
        );
        expect(way.kind).toBe(reached ? "endpoint" : "refused");
        if (way.kind === "refused") expect(way.because).toContain("vpce-logs");
        seen[reached ? "endpoint" : "refused"] += 1;
      }),
      { numRuns: 500 },
    );
    expect(seen.endpoint).toBeGreaterThan(20);
    expect(seen.refused).toBeGreaterThan(20);
  });
});
