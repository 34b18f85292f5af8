import fc from "fast-check";
import { expect, it } from "vitest";
import { coverFlows, type FlowBox } from "./flow-boxes.ts";
import { familyOf, isInBlock } from "./ip-family.ts";
import type { TrackedFlow } from "./tracked-flows.ts";

const flow = (
  source: string,
  destination: string,
  port = 80,
  reply = { source: destination, destination: source },
) => ({
  protocol: 6,
  original: { source, destination, sourcePort: 4000, destinationPort: port },
  reply: { ...reply, sourcePort: port, destinationPort: 4000 },
});

const blockOf = (text: string): string =>
  text.includes("/") ? text : `${text}/${familyOf(text) === "ipv4" ? 32 : 128}`;

/** As the kernel's list is asked. */
const isIn = (box: FlowBox, { protocol, original, reply, icmpType, icmpCode }: TrackedFlow): boolean =>
  box.family === familyOf(original.source) &&
  box.protocol === protocol &&
  (box.source === undefined || isInBlock(blockOf(box.source), original.source)) &&
  (box.destination === undefined || isInBlock(blockOf(box.destination), original.destination)) &&
  box.destinationPort === original.destinationPort &&
  box.icmpType === icmpType &&
  box.icmpCode === icmpCode &&
  (box.reply === undefined || (box.reply.source === reply.source && box.reply.destination === reply.destination));

const addresses = {
  ipv4: fc.integer({ min: 0, max: 40 }).map((last) => `10.0.${last % 3}.${last}`),
  ipv6: fc.integer({ min: 0, max: 40 }).map((last) => `fd00::${last % 3}:${(last * 7).toString(16)}`),
};

const anyFlow: fc.Arbitrary<TrackedFlow> = fc
  .constantFrom("ipv4" as const, "ipv6" as const)
  .chain((family) =>
    fc.record({
      source: addresses[family],
      destination: addresses[family],
      answers: addresses[family],
      shown: addresses[family],
      kind: fc.constantFrom("tcp", "udp", "icmp", "other"),
      port: fc.integer({ min: 80, max: 82 }),
    }),
  )
  .map(({ source, destination, answers, shown, kind, port }) => {
    const ends = { original: { source, destination }, reply: { source: answers, destination: shown } };
    if (kind === "icmp") return { protocol: 1, ...ends, icmpType: 8, icmpCode: port - 80, icmpId: 7 };
    if (kind === "other") return { protocol: 50, ...ends };
    return {
      protocol: kind === "tcp" ? 6 : 17,
      original: { ...ends.original, sourcePort: 4000, destinationPort: port },
      reply: { ...ends.reply, sourcePort: port, destinationPort: 4000 },
    };
  });

it("holds every refused connection and no kept one, unless nothing tells them apart", () => {
  fc.assert(
    fc.property(fc.array(anyFlow, { maxLength: 40 }), fc.array(anyFlow, { maxLength: 40 }), (refused, all) => {
      const known = new Set(refused.map((each) => JSON.stringify(each)));
      const kept = all.filter((each) => !known.has(JSON.stringify(each)));
      const boxes = coverFlows(refused, kept);
      for (const each of refused) expect(boxes.some((box) => isIn(box, each))).toBe(true);
      for (const each of kept) expect(boxes.some((box) => isIn(box, each))).toBe(false);
      expect(boxes.length).toBeLessThanOrEqual(refused.length);
    }),
    { numRuns: 500 },
  );
});

it("takes one box for all clients of a service, and goes round those that stay", () => {
  const clients = Array.from({ length: 200 }, (_, index) => `10.0.2.${index}`);
  const refused = clients.map((client) => flow(client, "10.0.1.9"));
  expect(coverFlows(refused, [flow("10.0.2.7", "10.0.1.10"), flow("10.0.2.7", "10.0.1.9", 81)])).toEqual([
    { family: "ipv4", protocol: 6, source: "10.0.2.0/24", destination: "10.0.1.9", destinationPort: 80 },
  ]);
  const without = refused.filter(({ original }) => original.source !== "10.0.2.7");
  expect(coverFlows(without, [flow("10.0.2.7", "10.0.1.9")])).toHaveLength(8);
});

it("tells connections apart that only their translation does", () => {
  const refused = flow("10.0.1.1", "203.0.113.9", 80, { source: "203.0.113.9", destination: "100.64.0.1" });
  const kept = flow("10.0.1.1", "203.0.113.9", 80, { source: "203.0.113.9", destination: "100.64.0.2" });
  expect(coverFlows([refused], [kept])).toMatchObject([{ reply: { destination: "100.64.0.1" } }]);
});
