import { workloadId } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { answerFault } from "./fault-api.ts";
import { renderFaults } from "./fault-rules.ts";
import type { NetworkFault } from "./network-fault.ts";

const id = workloadId("a".repeat(32));

const api = () => {
  let faults: readonly NetworkFault[] = [];
  const network = {
    faults: () => faults,
    setFaults: async (_id: unknown, wanted: readonly NetworkFault[]) => {
      faults = wanted;
    },
  };
  return {
    call: (path: string, body: unknown = undefined) =>
      answerFault(path.split("/"), body === undefined ? "" : JSON.stringify(body), id, network),
    get faults() {
      return faults;
    },
  };
};

const port = { Port: 443, Protocol: "tcp", TrafficType: "egress" };
const loss = { LossPercent: 30, Sources: ["10.0.0.0/8", "::/0"], SourcesToFilter: ["10.1.2.3"] };

describe("the fault endpoints", () => {
  it("start, tell of, and stop a port's black hole, each by direction, protocol and number", async () => {
    const { call } = api();
    expect(await call("network-blackhole-port/status", port)).toEqual({ status: 200, body: { Status: "not-running" } });
    expect(await call("network-blackhole-port/start", port)).toEqual({ status: 200, body: { Status: "running" } });
    expect(await call("network-blackhole-port/start", port)).toEqual({ status: 200, body: { Status: "running" } });
    expect(await call("network-blackhole-port/status", { ...port, TrafficType: "ingress" })).toMatchObject({
      body: { Status: "not-running" },
    });
    expect(await call("network-blackhole-port/status", port)).toMatchObject({ body: { Status: "running" } });
    expect(await call("network-blackhole-port/stop", port)).toEqual({ status: 200, body: { Status: "stopped" } });
    expect(await call("network-blackhole-port/status", port)).toMatchObject({ body: { Status: "not-running" } });
  });

  it("allow one packet loss at a time", async () => {
    const { call } = api();
    expect(await call("network-packet-loss/start", loss)).toEqual({ status: 200, body: { Status: "running" } });
    expect(await call("network-packet-loss/start", loss)).toEqual({
      status: 409,
      body: { Error: "There is already one network packet loss fault running" },
    });
    expect(await call("network-packet-loss/status")).toMatchObject({ body: { Status: "running" } });
    expect(await call("network-packet-loss/stop")).toMatchObject({ body: { Status: "stopped" } });
  });

  it.each([
    ["network-blackhole-port/start", undefined, "required request body is missing"],
    ["network-blackhole-port/start", { ...port, Port: undefined }, "required parameter Port is missing"],
    ["network-blackhole-port/stop", { ...port, Protocol: "icmp" }, "invalid value icmp for parameter Protocol"],
    [
      "network-blackhole-port/start",
      { ...port, SourcesToFilter: ["1.2.3.4; flush ruleset"] },
      /^invalid value 1\.2\.3\.4; flush/,
    ],
    ["network-packet-loss/start", { ...loss, Sources: ["fe80::1%eth0"] }, /^invalid value fe80::1%eth0/],
    ["network-packet-loss/start", { ...loss, LossPercent: 0 }, "invalid value 0 for parameter LossPercent"],
    ["network-packet-loss/start", { LossPercent: 5 }, "required parameter Sources is missing"],
    ["network-packet-loss/start", { ...loss, FlowsPercent: 50 }, /not supported yet/],
  ])("%s of %j is refused", async (path, body, error) => {
    expect(await api().call(path, body)).toEqual({
      status: 400,
      body: { Error: typeof error === "string" ? error : expect.stringMatching(error) },
    });
  });

  it("refuse latency and say why; know no other fault", async () => {
    expect(await api().call("network-latency/start", {})).toMatchObject({
      status: 500,
      body: { Error: expect.stringContaining("netem") },
    });
    expect(await api().call("network-latency/status")).toMatchObject({ body: { Status: "not-running" } });
    expect(await api().call("cpu-burn/start", {})).toBeUndefined();
    expect(await api().call("network-latency/pause", {})).toBeUndefined();
  });

  it("take whatever comes without a word of it reaching the packet filter unchecked", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom("network-blackhole-port/start", "network-packet-loss/start"),
        fc.record({
          Port: fc.oneof(fc.nat({ max: 70_000 }), fc.string()),
          Protocol: fc.oneof(fc.constantFrom("tcp", "udp"), fc.string()),
          TrafficType: fc.oneof(fc.constantFrom("ingress", "egress"), fc.string()),
          LossPercent: fc.oneof(fc.integer({ min: -5, max: 110 }), fc.double()),
          Sources: fc.array(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string())),
          SourcesToFilter: fc.array(fc.oneof(fc.ipV4(), fc.string()), { maxLength: 3 }),
        }),
        async (path, body) => {
          const tried = api();
          await tried.call(path, body);
          const script = renderFaults("t0123456789ab", tried.faults);
          expect(script).toMatch(/^[\w\s.,:"{}!=<;/-]*$/);
        },
      ),
    );
  });
});
