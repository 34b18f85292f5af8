import type { FlowRecord } from "@fleetless/kernel";
import { emptyVpc, openAndClosedRoutes, openAndClosedSubnets } from "@fleetless/kernel/testing";
import { describe, expect, it } from "vitest";
import { defaultFlowLogFormat, unknownFlowLogField } from "./flow-record-fields.ts";
import { flowRecordLines, trafficPath } from "./flow-record-lines.ts";

const flow: FlowRecord = {
  direction: "egress",
  action: "REJECT",
  sourceAddress: "10.0.1.5",
  destinationAddress: "203.0.113.9",
  sourcePort: 40_000,
  destinationPort: 443,
  protocol: 6,
  packets: 3,
  bytes: 180,
  tcpFlags: 2,
};
const window = { start: 1_700_000_000_900, end: 1_700_000_060_100, skipped: false, flows: [flow] };
const context = { "account-id": "123456789012", "interface-id": "eni-1", "vpc-id": "vpc-1" };
const format = (...fields: readonly string[]): string => fields.map((field) => `$\{${field}}`).join(" ");

describe("the lines of a flow log", () => {
  it("hold the fields of AWS's version 2 where no format is given", () => {
    expect(flowRecordLines(defaultFlowLogFormat, window, context)).toEqual([
      "2 123456789012 eni-1 10.0.1.5 203.0.113.9 40000 443 6 3 180 1700000000 1700000060 REJECT OK",
    ]);
  });

  it("say where nothing passed, and where something was left out beside what was not", () => {
    expect(flowRecordLines(defaultFlowLogFormat, { ...window, flows: [] }, context)).toEqual([
      "2 123456789012 eni-1 - - - - - - - 1700000000 1700000060 - NODATA",
    ]);
    const skipped = flowRecordLines(defaultFlowLogFormat, { ...window, skipped: true }, context);
    expect(skipped).toHaveLength(2);
    expect(skipped[1]).toBe("2 123456789012 eni-1 - - - - - - - 1700000000 1700000060 - SKIPDATA");
  });

  it("hold the fields that are asked for in their order, and the version that these came with", () => {
    const fields = ["version", "vpc-id", "tcp-flags", "type", "pkt-dstaddr", "flow-direction", "instance-id"];
    expect(flowRecordLines(format(...fields), window, context)).toEqual(["5 vpc-1 2 IPv4 203.0.113.9 egress -"]);
    const six = { ...flow, sourceAddress: "2001:db8::1", destinationAddress: "2001:db8::2", protocol: 58 };
    expect(flowRecordLines(format("type", "tcp-flags"), { ...window, flows: [six] }, context)).toEqual(["IPv6 0"]);
  });

  it("tell the path of what leaves an interface", () => {
    const vpc = { ...emptyVpc, subnets: openAndClosedSubnets, routeTables: openAndClosedRoutes };
    const open = trafficPath(vpc, "subnet-open");
    expect([open("10.0.2.9"), open("203.0.113.9")]).toEqual(["1", "8"]);
    expect(trafficPath(vpc, "subnet-closed")("203.0.113.9")).toBeUndefined();
    const line = (direction: FlowRecord["direction"]) =>
      flowRecordLines(format("traffic-path"), { ...window, flows: [{ ...flow, direction }] }, context, open);
    expect([line("egress"), line("ingress")]).toEqual([["8"], ["-"]]);
  });
});

it("a format is of known fields alone", () => {
  expect(unknownFlowLogField(defaultFlowLogFormat)).toBeUndefined();
  expect(unknownFlowLogField(format("srcaddr", "colour"))).toBe(format("colour"));
  expect(unknownFlowLogField("srcaddr")).toBe("srcaddr");
  expect(unknownFlowLogField(`${format("srcaddr")}  ${format("dstaddr")}`)).toBe("");
});
