import { type ChildProcess, spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Bandwidth, VpcSpec } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it } from "vitest";
import { networkNames } from "../../../packages/node-agent/src/network/names.ts";
import { type AttachedTask, allTraffic, execute, group, interfaceIn, NetworkFixture, vpcWith } from "./fixture.ts";

const port = 5001;
const open = group([allTraffic]);
let fixture: NetworkFixture;
let vpc: VpcSpec;
let namespace: string;
let children: ChildProcess[];

beforeEach(async () => {
  fixture = await new NetworkFixture().open({ auditMilliseconds: 500 });
  vpc = vpcWith([open]);
  namespace = networkNames(fixture.instance).vpcNamespace(vpc.id);
  children = [];
  await fixture.network.apply([vpc]);
});

afterEach(async () => {
  for (const child of children) child.kill("SIGKILL");
  await fixture.dispose();
});

const attach = (address: string, bandwidth?: Bandwidth): Promise<AttachedTask> =>
  fixture.attach({ ...interfaceIn(vpc, address, [open]), ...(bandwidth === undefined ? {} : { bandwidth }) });

const start = (task: AttachedTask, ...command: readonly string[]): void => {
  const within = `--net=${task.attached.networkNamespacePath}`;
  children.push(spawn("nsenter", [within, "busybox", ...command], { stdio: ["pipe", "ignore", "ignore"] }));
};

const received = async (task: AttachedTask): Promise<number> => {
  const { stdout } = await execute(task, ["ip", "-s", "-j", "link", "show", "eth0"]);
  return Number(/"rx":\{"bytes":(\d+)/.exec(stdout)?.[1]);
};

/** Bits a second over two seconds, once as much flows as ever will. */
const rateBetween = async (from: AttachedTask, to: AttachedTask): Promise<number> => {
  start(to, "nc", "-l", "-p", String(port));
  await sleep(200);
  start(from, "sh", "-c", `exec busybox nc ${to.address} ${port} </dev/zero`);
  await sleep(800);
  const [bytes, at] = [await received(to), performance.now()];
  await sleep(2_000);
  const bits = ((await received(to)) - bytes) * 8;
  const seconds = (performance.now() - at) / 1_000;
  for (const child of children.splice(0)) child.kill("SIGKILL");
  return bits / seconds;
};

const about = (rate: number, limit: number): void => {
  expect(rate).toBeGreaterThan(limit * 0.85);
  expect(rate).toBeLessThan(limit * 1.15);
};

const devices = async (): Promise<readonly string[]> => {
  const { stdout } = await execute(undefined, ["ip", "-n", namespace, "-j", "link", "show", "type", "ifb"]);
  const links: unknown = JSON.parse(stdout.trim() || "[]");
  return Array.isArray(links) ? links.flatMap((link: { ifname?: string }) => link.ifname ?? []) : [];
};

it("holds a task to what it may send and receive, each by itself, and others to nothing", async () => {
  const shaped = await attach("10.0.1.10", { ingress: 20_000_000, egress: 10_000_000 });
  const free = await attach("10.0.1.11");
  about(await rateBetween(shaped, free), 10_000_000);
  about(await rateBetween(free, shaped), 20_000_000);
  const other = await attach("10.0.1.12", { ingress: 20_000_000 });
  expect(await rateBetween(other, free)).toBeGreaterThan(60_000_000);
  expect(await devices()).toHaveLength(1);
  await fixture.network.detach(shaped.workloadId);
  expect(await devices()).toEqual([]);
});

it("goes on over a restart, and is restored where somebody takes it away", async () => {
  const shaped = await attach("10.0.1.10", { ingress: 20_000_000, egress: 10_000_000 });
  const free = await attach("10.0.1.11");
  await fixture.restart();
  about(await rateBetween(shaped, free), 10_000_000);
  const [device = ""] = await devices();
  await execute(undefined, ["ip", "-n", namespace, "link", "del", device]);
  for (const parent of ["root", "ingress"]) {
    await execute(undefined, ["tc", "-n", namespace, "qdisc", "del", "dev", device.replace("tx", "t"), parent]);
  }
  await expect.poll(devices, { timeout: 10_000 }).toEqual([device]);
  const kinds = async (): Promise<number> =>
    (await execute(undefined, ["tc", "-n", namespace, "qdisc", "show"])).stdout.match(/qdisc tbf/g)?.length ?? 0;
  await expect.poll(kinds, { timeout: 10_000 }).toBe(2);
  about(await rateBetween(shaped, free), 10_000_000);
  about(await rateBetween(free, shaped), 20_000_000);
});
