import { execFile } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { HostedZoneUpdate } from "@fleetless/kernel";
import { afterEach, expect, test } from "vitest";
import { type AttachedTask, allTraffic, execute, group, interfaceIn, NetworkFixture, vpcWith } from "./fixture.ts";

const load = fileURLToPath(new URL("../../../bench/dns/load.ts", import.meta.url));
const open = group([allTraffic]);

let fixture = new NetworkFixture();
afterEach(async () => {
  await fixture.dispose();
  fixture = new NetworkFixture();
});

const zone = (id: string, vpcId: string, address: string): HostedZoneUpdate => ({
  cursor: "1",
  complete: false,
  zones: [{ id, name: "corp.test.", vpcIds: [vpcId] }],
  removedZones: [],
  names: [
    {
      zoneId: id,
      name: "db.corp.test.",
      recordSets: [
        {
          name: "db.corp.test.",
          type: "A",
          routing: { kind: "simple" },
          target: { kind: "records", timeToLive: 60, values: [address] },
        },
      ],
    },
  ],
  health: [],
  removedHealth: [],
  changes: [],
});
const lookUp = async (task: AttachedTask, name: string, server = "169.254.169.253"): Promise<string> =>
  (await execute(task, ["busybox", "nslookup", "-type=a", name, server])).stdout;

test("one zone's name answers differently in two VPCs, and again after a restart with the control plane away", async () => {
  await fixture.open();
  const vpcs = [vpcWith([open]), vpcWith([open])] as const;
  await fixture.network.apply(vpcs);
  const tasks = [
    await fixture.attach(interfaceIn(vpcs[0], "10.0.1.10", [open])),
    await fixture.attach(interfaceIn(vpcs[1], "10.0.1.10", [open])),
  ] as const;
  fixture.network.applyHostedZones(zone("Z1", vpcs[0].id, "10.7.0.1"));
  fixture.network.applyHostedZones(zone("Z2", vpcs[1].id, "10.7.0.2"));
  const found = async () =>
    Promise.all(tasks.map(async (task) => /10\.7\.0\.\d/.exec(await lookUp(task, "db.corp.test"))?.[0]));
  expect(await found()).toEqual(["10.7.0.1", "10.7.0.2"]);
  expect(await lookUp(tasks[0], "db.corp.test", "10.0.0.2")).toContain("10.7.0.1");
  expect(await lookUp(tasks[0], "ip-10-0-1-10.ec2.internal")).toContain("Address: 10.0.1.10");
  await fixture.restart();
  expect(await found()).toEqual(["10.7.0.1", "10.7.0.2"]);
});

test("nobody answers in a VPC without DNS support", async () => {
  await fixture.open();
  const vpc = { ...vpcWith([open]), dnsSupport: false };
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const silent = await execute(task, [
    "timeout",
    "2",
    "busybox",
    "nslookup",
    "-type=a",
    "ip-10-0-1-10.ec2.internal",
    "10.0.0.2",
  ]);
  expect(silent.exitCode).not.toBe(0);
  await fixture.network.apply([{ ...vpc, dnsSupport: true }]);
  expect(await lookUp(task, "ip-10-0-1-10.ec2.internal")).toContain("Address: 10.0.1.10");
});

test.each([
  { allowance: undefined, least: 500, most: 2_200 },
  { allowance: 1_000_000, least: 2_500, most: Number.POSITIVE_INFINITY },
])("a task's queries are answered as far as its allowance goes: $allowance", async ({ allowance, least, most }) => {
  await fixture.open({ linkLocalPacketsPerSecond: allowance });
  const vpc = vpcWith([open]);
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.1.10", [open]));
  const inside = [`--net=${task.attached.networkNamespacePath}`, process.execPath, load];
  const names = ["ip-10-0-1-1.ec2.internal", "ip-10-0-1-2.ec2.internal"];
  const { stdout } = await promisify(execFile)("nsenter", [...inside, "169.254.169.253", "53", "2", "64", ...names]);
  const { perSecond, wrong } = JSON.parse(stdout);
  expect(wrong).toBe(0);
  expect(perSecond).toBeGreaterThan(least);
  expect(perSecond).toBeLessThan(most);
});
