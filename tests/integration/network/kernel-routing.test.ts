import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelRoute, mainTable } from "../../../packages/engine/src/index.ts";
import { routingDrift } from "../../../packages/node-agent/src/network/kernel-routing.ts";

const namespace = `fl-test-routing-${randomBytes(4).toString("hex")}`;
const nothing = { rules: [], routes: [] };

beforeAll(() => {
  execFileSync("ip", ["netns", "add", namespace]);
  execFileSync("ip", ["-n", namespace, "link", "add", "t1", "type", "veth", "peer", "name", "t2"]);
  execFileSync("ip", ["-n", namespace, "link", "set", "t1", "up"]);
  execFileSync("ip", ["-n", namespace, "route", "add", "10.0.1.4/32", "dev", "t1"]);
});

afterAll(() => {
  execFileSync("ip", ["netns", "del", namespace]);
});

const wayTo = (address: string): KernelRoute => ({
  table: mainTable,
  destination: `${address}/32`,
  action: { kind: "device", device: "t1" },
});
const answersOf = <Answer>(first: Answer, later: Answer): (() => Answer) => {
  let asked = 0;
  return () => {
    asked += 1;
    return asked === 1 ? first : later;
  };
};

test("what nobody wants goes, and what is missing comes", async () => {
  expect(await routingDrift(namespace, nothing, () => [wayTo("10.0.1.4")])).toEqual([]);
  const lines = await routingDrift(namespace, nothing, () => [wayTo("10.0.1.5")]);
  expect(lines).toEqual([expect.stringMatching(/^route del 10\.0\.1\.4/), expect.stringMatching(/^route replace 10/)]);
});

test("the way to an interface that comes or goes meanwhile is left alone", async () => {
  expect(await routingDrift(namespace, nothing, answersOf([], [wayTo("10.0.1.4")]))).toEqual([]);
  expect(await routingDrift(namespace, nothing, answersOf([wayTo("10.0.1.4")], []))).toEqual([]);
  expect(await routingDrift(namespace, nothing, answersOf([], [wayTo("10.0.1.4"), wayTo("10.0.1.5")]))).toEqual([]);
});
