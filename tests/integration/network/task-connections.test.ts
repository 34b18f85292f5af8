import { existsSync, readdirSync, readlinkSync, statSync } from "node:fs";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { HostedZoneUpdate, VpcSpec } from "@fleetless/kernel";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  type AttachedTask,
  allTraffic,
  group,
  interfaceIn,
  membershipOf,
  NetworkFixture,
  tcp,
  vpcWith,
} from "./fixture.ts";

const fixture = new NetworkFixture();
const open = group([allTraffic]);
/** Lets in one port, and its connections out only. */
const guarded = group([tcp(80)]);
let vpc: VpcSpec;
let from: AttachedTask;
let server: AttachedTask;
const signal = new AbortController().signal;

const zone = (vpcId: string): HostedZoneUpdate => {
  const recordSet = {
    name: "registry.corp.test.",
    type: "A",
    routing: { kind: "simple" },
    target: { kind: "records", timeToLive: 60, values: ["10.0.1.20"] },
  } as const;
  return {
    cursor: "1",
    complete: false,
    zones: [{ id: "Z1", name: "corp.test.", vpcIds: [vpcId] }],
    removedZones: [],
    names: [{ zoneId: "Z1", name: recordSet.name, recordSets: [recordSet] }],
    health: [],
    removedHealth: [],
    changes: [],
  };
};

beforeAll(async () => {
  await fixture.open({ connectMilliseconds: 700 });
  const made = vpcWith([open, guarded]);
  const specs = [interfaceIn(made, "10.0.1.10", [open]), interfaceIn(made, "10.0.1.20", [guarded])] as const;
  vpc = { ...made, interfaces: specs.map(membershipOf) };
  await fixture.network.apply([vpc]);
  fixture.network.applyHostedZones(zone(vpc.id));
  [from, server] = [await fixture.attach(specs[0]), await fixture.attach(specs[1])];
  await fixture.serve(server, 80);
});
afterAll(() => fixture.dispose());

const greeting = async (socket: Socket): Promise<string> => {
  socket.end();
  return await text(socket);
};

it("connects by the task's address, routes and groups, and finds the names that its VPC has", async () => {
  const byName = await fixture.network.connect(from.workloadId, { host: "registry.corp.test", port: 80 }, signal);
  expect(await greeting(byName)).toBe("from 10.0.1.10\n");
  const several = await Promise.all(
    Array.from({ length: 20 }, () => fixture.network.connect(from.workloadId, { host: "10.0.1.20", port: 80 }, signal)),
  );
  expect(new Set(several.map(({ remoteAddress }) => remoteAddress))).toEqual(new Set(["10.0.1.20"]));
  expect(await Promise.all(several.map(greeting))).toEqual(Array(20).fill("from 10.0.1.10\n"));
});

it("tells without a packet what a host is to a VPC's tasks", async () => {
  const { network } = fixture;
  expect(await network.findHost(vpc, "registry.corp.test")).toEqual({ address: "10.0.1.20", isOwn: true });
  expect(await network.findHost(vpc, "none.corp.test")).toEqual({ address: undefined, isOwn: true });
  expect(await network.findHost(vpc, "registry.invalid")).toEqual({ address: undefined, isOwn: false });
  expect(await network.findHost(vpc, "ip-10-0-1-20")).toEqual({ address: "10.0.1.20", isOwn: true });
  expect(await network.findHost(vpc, "10.0.1.20")).toEqual({ address: "10.0.1.20", isOwn: true });
  expect(await network.findHost(vpc, "203.0.113.9")).toEqual({ address: "203.0.113.9", isOwn: false });
  const dhcpOptions = { domainNames: [], domainNameServers: ["10.0.1.53"] };
  expect(await network.findHost({ ...vpc, dhcpOptions }, "registry.corp.test")).toEqual({
    address: undefined,
    isOwn: true,
  });
});

it.each([
  ["a port that the group keeps shut", { host: "registry.corp.test", port: 81 }, "dial tcp 10.0.1.20:81: i/o timeout"],
  [
    "a name that nobody has",
    { host: "none.corp.test", port: 80 },
    /^dial tcp: lookup none\.corp\.test on [\d.]+:53: no such host$/,
  ],
  ["nobody at its own address", { host: "10.0.1.10", port: 9 }, "dial tcp 10.0.1.10:9: connect: connection refused"],
])("tells in ECS's words of %s", async (_what, destination, words) => {
  await expect(fixture.network.connect(from.workloadId, destination, signal)).rejects.toMatchObject({
    name: "DialError",
    message: typeof words === "string" ? words : expect.stringMatching(words),
  });
});

it("gives up with whoever asked, and answers nobody who has no interface", async () => {
  const stop = new AbortController();
  const connecting = fixture.network.connect(from.workloadId, { host: "10.0.1.20", port: 81 }, stop.signal);
  stop.abort(new Error("the task was stopped"));
  await expect(connecting).rejects.toThrow("the task was stopped");
  const late = fixture.network.connect(from.workloadId, { host: "10.0.1.20", port: 80 }, stop.signal);
  await expect(late).rejects.toThrow("the task was stopped");
});

/** Processes that live in a namespace, by what their own one is. */
const processesIn = (namespace: string): readonly string[] =>
  readdirSync("/proc").filter((id) => {
    try {
      return /^\d+$/.test(id) && readlinkSync(`/proc/${id}/ns/net`) === namespace;
    } catch {
      return false;
    }
  });

it("leaves no process in the namespace once there is nothing to connect, and none of a task that is gone", async () => {
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.30", [open]));
  const path = task.attached.networkNamespacePath;
  const connect = (port: number) => fixture.network.connect(task.workloadId, { host: "10.0.1.20", port }, signal);
  const inside = () => processesIn(`net:[${statSync(path).ino}]`);
  const socket = await connect(80);
  expect(inside()).toHaveLength(1);
  await expect.poll(inside, { timeout: 10_000 }).toEqual([]);
  // What was connected goes on without it.
  expect(await greeting(socket)).toBe("from 10.0.1.30\n");

  const connecting = expect(connect(81)).rejects.toMatchObject({ name: "DialError" });
  await expect.poll(inside).toHaveLength(1);
  const { ino } = statSync(path);
  await fixture.network.detach(task.workloadId);
  await connecting;
  await expect.poll(() => processesIn(`net:[${ino}]`)).toEqual([]);
  expect(existsSync(path)).toBe(false);
  await expect(connect(80)).rejects.toThrow("has no network interface here");
});
