import { expect, it } from "vitest";
import { parseFlowSets } from "./flow-counters.ts";

const set = (name: string, ...elem: readonly unknown[]) => ({ set: { family: "inet", name, table: "vpc", elem } });
const element = (packets: number, bytes: number, ...concat: readonly (string | number)[]) => ({
  elem: { val: { concat }, counter: { packets, bytes } },
});
const listing = JSON.stringify({
  nftables: [
    { metainfo: { version: "1.0.6" } },
    set("bindings", { concat: ["t1", "02:00:00:00:00:01", "10.0.1.5"] }),
    set("flows-7-egress-accept-ports", element(4, 400, "t1", "10.0.2.1", 40_000, 80, 6)),
    set("flows-7-egress-accept-syn", { concat: ["t1", "10.0.2.1", 40_000, 80] }),
    set("flows-7-egress-accept-synack"),
    set("flows-7-ingress-reject-protocols", element(1, 64, "t1", "2001:db8::1", 58)),
    set("flows-7-skipped", { elem: { val: "t2", counter: { packets: 9, bytes: 900 } } }),
    set("flows-8-egress-accept-ports", element(1, 100, "t1", "10.0.2.1", 40_000, 80, 6)),
    set("flows-6-egress-accept-ports", element(1, 100, "t1", "10.0.2.1", 40_000, 80, 6)),
  ],
});

const flow = {
  port: "t1",
  remote: "10.0.2.1",
  direction: "egress",
  action: "ACCEPT",
  sourcePort: 40_000,
  destinationPort: 80,
  protocol: 6,
};
const six = { ...flow, remote: "2001:db8::1", direction: "ingress", action: "REJECT", sourcePort: 0, protocol: 58 };

it("reads the generations that are asked for, and those together", () => {
  const one = parseFlowSets([listing, ""], (generation) => generation === 7);
  expect(one.flows).toEqual([
    { ...flow, packets: 4, bytes: 400, tcpFlags: 2 },
    { ...six, destinationPort: 0, packets: 1, bytes: 64, tcpFlags: 0 },
  ]);
  expect([[...one.skippedPorts], [...one.generations]]).toEqual([["t2"], [7]]);
  const both = parseFlowSets([listing, ""], (generation) => generation >= 7);
  expect(both.flows[0]).toEqual({ ...flow, packets: 5, bytes: 500, tcpFlags: 2 });
  expect([...both.generations]).toEqual([7, 8]);
});
