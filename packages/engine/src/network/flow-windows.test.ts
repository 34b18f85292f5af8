import { type FlowLogSpec, networkInterfaceId, workloadId } from "@fleetless/kernel";
import fc from "fast-check";
import { expect, it } from "vitest";
import { addToWindow, type CountedFlow, closeWindow, type FlowWindow, openWindow } from "./flow-windows.ts";

const networkInterface = {
  workloadId: workloadId("w-1"),
  id: networkInterfaceId("eni-1"),
  port: "t1",
  privateAddress: "10.0.1.5",
};
const flowLog = (traffic: FlowLogSpec["traffic"]): FlowLogSpec => ({
  id: "fl-1",
  resourceId: "eni-1",
  traffic,
  aggregationSeconds: 60,
  format: "",
});

const flows: fc.Arbitrary<CountedFlow> = fc.record({
  port: fc.constantFrom("t1", "t2"),
  remote: fc.constantFrom("10.0.2.1", "10.0.2.2"),
  direction: fc.constantFrom("ingress", "egress"),
  action: fc.constantFrom("ACCEPT", "REJECT"),
  sourcePort: fc.constantFrom(1, 2),
  destinationPort: fc.constantFrom(1, 2),
  protocol: fc.constantFrom(6, 17),
  packets: fc.nat(1000),
  bytes: fc.nat(100_000),
  tcpFlags: fc.constantFrom(0, 1, 2, 18),
});
const readings = fc.array(fc.tuple(fc.array(flows, { maxLength: 8 }), fc.integer({ min: 1, max: 50_000 })), {
  maxLength: 12,
});

const total = (of: readonly { readonly packets: number; readonly bytes: number }[]) =>
  of.reduce((sum, { packets, bytes }) => ({ packets: sum.packets + packets, bytes: sum.bytes + bytes }), {
    packets: 0,
    bytes: 0,
  });

it("tells of every packet once, in windows that follow one another, and of what the flow log asks for", () => {
  fc.assert(
    fc.property(readings, fc.constantFrom("ACCEPT", "REJECT", "ALL"), (steps, traffic) => {
      let now = 1_700_000_000_000;
      let window: FlowWindow | undefined = openWindow(flowLog(traffic), networkInterface, now);
      const told = [];
      for (const [counted, milliseconds] of steps) {
        now += milliseconds;
        window = addToWindow(window, counted, new Set());
        const closed = closeWindow(window, now);
        if (closed?.next === undefined) continue;
        told.push(...closed.deliveries);
        window = closed.next;
      }
      const last = closeWindow({ ...window, ended: now }, now);
      expect(last?.next).toBeUndefined();
      told.push(...(last?.deliveries ?? []));
      const wanted = steps
        .flatMap(([counted]) => counted)
        .filter(({ port, action }) => port === "t1" && (traffic === "ALL" || action === traffic));
      expect(total(told.flatMap((delivery) => delivery.flows))).toEqual(total(wanted));
      for (const { flows: records, start, end } of told) {
        expect(end).toBeGreaterThanOrEqual(start);
        const keys = records.map(({ packets: _, bytes: __, tcpFlags: ___, ...key }) => JSON.stringify(key));
        expect(new Set(keys).size).toBe(keys.length);
      }
      const order = told.map(({ start }) => start);
      expect(order).toEqual([...order].sort((one, other) => one - other));
    }),
    { numRuns: 500 },
  );
});

it("is cut into deliveries that a call has room for, and tells of flows that found none", () => {
  const window = openWindow(flowLog("ALL"), networkInterface, 60_000);
  const counted = Array.from(
    { length: 2_500 },
    (_, index): CountedFlow => ({
      port: "t1",
      remote: "10.0.2.1",
      direction: "egress",
      action: "ACCEPT",
      sourcePort: index,
      destinationPort: 80,
      protocol: 6,
      packets: 1,
      bytes: 60,
      tcpFlags: 2,
    }),
  );
  const closed = closeWindow(addToWindow(window, counted, new Set(["t1"])), 120_000);
  expect(closed?.deliveries.map(({ flows: part, skipped }) => [part.length, skipped])).toEqual([
    [1_000, true],
    [1_000, false],
    [500, false],
  ]);
  expect(closeWindow(addToWindow(window, [], new Set(["t2"])), 120_000)?.deliveries).toMatchObject([
    { flows: [], skipped: false, start: 60_000, end: 120_000 },
  ]);
  expect(closeWindow(window, 119_999)).toBeUndefined();
});
