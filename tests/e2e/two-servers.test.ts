import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateClusterCommand, DescribeClustersCommand, type Task } from "@aws-sdk/client-ecs";
import { CreateSecretCommand, GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestCluster, type TestCluster } from "../../packages/control-plane/src/state/postgres/testing/cluster.ts";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";
import { shell, untilTerminated } from "./support/use-instance.ts";

interface CostReport {
  readonly rows: readonly { readonly key: string; readonly running: number }[];
}

const directory = mkdtempSync(join(tmpdir(), "fleetless-two-"));
let cluster: TestCluster;
let first: FleetlessInstance;
let second: FleetlessInstance;
let ofFirst: Tasks;
let ofSecond: Tasks;

beforeAll(async () => {
  [cluster, first, second] = await Promise.all([startTestCluster(), createInstance(), createInstance()]);
  const key = join(directory, "root.key");
  writeFileSync(key, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
  for (const instance of [first, second]) {
    Object.assign(instance.environment, { FLEETLESS_STORE: cluster.url("two"), FLEETLESS_ROOT_KEY_FILE: key });
    await instance.up("--isolation", "runc");
    await importBusybox(instance);
  }
  ofFirst = new Tasks(first);
  ofSecond = new Tasks(second);
  await ofFirst.prepare();
});

afterAll(async () => {
  try {
    // The schema goes with the first that is purged.
    for (const instance of [first, second]) await instance.run("down");
    for (const instance of [first, second]) await instance.purge();
  } finally {
    await cluster.remove();
    rmSync(directory, { recursive: true, force: true });
  }
});

const inVpc = () => ({
  networkConfiguration: { awsvpcConfiguration: { subnets: [ofFirst.subnet], assignPublicIp: "ENABLED" as const } },
});
const idOf = (task: Task): string => task.taskArn?.split("/").at(-1) ?? "";

/** Tasks of each server's own node, as its agent tells. */
const runningOn = async (instance: FleetlessInstance): Promise<number> =>
  (await instance.json<{ tasks: { running: number } }>("status")).tasks.running;

test("two servers share one store: what one does the other knows, and the tasks of both are on both nodes", async () => {
  await ofFirst.ecs.send(new CreateClusterCommand({ clusterName: "shared" }));
  const { clusters } = await ofSecond.ecs.send(new DescribeClustersCommand({ clusters: ["shared"] }));
  expect(clusters).toMatchObject([{ status: "ACTIVE" }]);
  await new SecretsManagerClient(first.clientSettings).send(
    new CreateSecretCommand({ Name: "shared", SecretString: "sealed by one, opened by the other" }),
  );
  await expect(
    new SecretsManagerClient(second.clientSettings).send(new GetSecretValueCommand({ SecretId: "shared" })),
  ).resolves.toMatchObject({ SecretString: "sealed by one, opened by the other" });

  const definition = await ofFirst.register("both", [{ name: "main", ...untilTerminated("echo ended") }]);
  const tasks = await ofFirst.start(definition, { count: 4, ...inVpc() });
  for (const { taskArn = "" } of tasks) await ofSecond.until(taskArn, "RUNNING");
  expect(await Promise.all([runningOn(first), runningOn(second)])).toEqual([2, 2]);
  for (const { taskArn = "" } of tasks) await ofSecond.stop(taskArn);
  for (const { taskArn = "" } of tasks) await ofFirst.until(taskArn, "STOPPED");
});

test("the leader is killed: the other leads, gives its node up, and goes on; then it comes back to its tasks", async () => {
  const definition = await ofFirst.register("kept", [{ name: "main", ...untilTerminated("echo ended") }]);
  const kept = await ofFirst.start(definition, { count: 2, ...inVpc() });
  for (const { taskArn = "" } of kept) await ofFirst.until(taskArn, "RUNNING");
  const brief = await ofFirst.register("brief", [{ name: "main", ...shell("true") }]);
  await first.kill();

  // Writing usage records is the leader's work, and so is giving up a node that is not heard of.
  const isBilled = async (task: Task): Promise<boolean> =>
    (await second.json<CostReport>("cost", "--by", "task")).rows.some(
      ({ key, running }) => key === idOf(task) && running === 0,
    );
  await expect
    .poll(
      async () => {
        const pair = await ofSecond.start(brief, { count: 2, ...inVpc() });
        const ends = pair.map(({ taskArn = "" }) => ofSecond.until(taskArn, "STOPPED", 5));
        return (await Promise.allSettled(ends)).map(({ status }) => status);
      },
      { timeout: 60_000, interval: 500 },
    )
    .toEqual(["fulfilled", "fulfilled"]);
  const more = await ofSecond.start(brief, { count: 2, ...inVpc() });
  for (const { taskArn = "" } of more) await ofSecond.until(taskArn, "STOPPED");
  for (const task of more) await expect.poll(() => isBilled(task), { timeout: 20_000 }).toBe(true);

  await first.up("--isolation", "runc");
  for (const { taskArn = "" } of kept) {
    expect((await ofFirst.describe(taskArn)).lastStatus).toBe("RUNNING");
    await ofFirst.stop(taskArn);
    await ofSecond.until(taskArn, "STOPPED");
  }
  expect((await first.run("audit", "verify")).code).toBe(0);
});
