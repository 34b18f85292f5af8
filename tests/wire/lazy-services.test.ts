import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import process from "node:process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("support/control-plane-process.ts", import.meta.url));

let child: ChildProcessByStdio<Writable, Readable, null>;
let lines: AsyncIterator<string>;
let settings: ConstructorParameters<typeof ECSClient>[0];

const nextLine = async (): Promise<string> => (await lines.next()).value ?? "";

const loadedPackages = async (): Promise<unknown> => {
  child.stdin.write("?\n");
  return JSON.parse(await nextLine());
};

beforeAll(async () => {
  child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  settings = { endpoint: `http://127.0.0.1:${await nextLine()}`, region: "us-east-1", credentials, maxAttempts: 1 };
}, 60_000);

afterAll(async () => {
  const ended = once(child, "exit");
  child.stdin.end();
  await ended;
});

test("a control plane loads no service's schemas before its first call, and then that service's alone", async () => {
  expect(await loadedPackages()).toEqual([]);
  const ecs = new ECSClient(settings ?? {});
  expect((await ecs.send(new ListClustersCommand({}))).clusterArns).toHaveLength(1);
  expect(await loadedPackages()).toEqual(["client-ecs"]);
  ecs.destroy();
  const ec2 = new EC2Client(settings ?? {});
  expect((await ec2.send(new DescribeVpcsCommand({}))).Vpcs).toHaveLength(1);
  expect(await loadedPackages()).toEqual(["client-ec2", "client-ecs"]);
  ec2.destroy();
});
