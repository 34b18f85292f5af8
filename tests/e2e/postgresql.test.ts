import { execFile } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { CreateClusterCommand, ECSClient, ListClustersCommand } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Connection } from "../../packages/control-plane/src/state/postgres/connection.ts";
import { startTestCluster, type TestCluster } from "../../packages/control-plane/src/state/postgres/testing/cluster.ts";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";

const password = "a-password-that-is-nowhere";
const schema = "fleetless_e2e";

let cluster: TestCluster;
let instance: FleetlessInstance;
let withPassword: string;

const clusterNames = async (): Promise<readonly string[]> => {
  const { clusterArns } = await new ECSClient(instance.clientSettings).send(new ListClustersCommand({}));
  return (clusterArns ?? []).map((arn) => arn.split("/").at(-1) ?? "").toSorted();
};

const hasSchema = async (): Promise<boolean> => {
  const connection = await Connection.open(cluster.location("public_of_nobody"));
  const rows = await connection.query("SELECT FROM pg_namespace WHERE nspname = $1", schema);
  await connection.close();
  return rows.length > 0;
};

beforeAll(async () => {
  [cluster, instance] = await Promise.all([startTestCluster(), createInstance()]);
  withPassword = cluster.url(schema).replace("postgres@", `postgres:${password}@`);
});

afterAll(async () => {
  try {
    await instance.purge();
  } finally {
    await cluster.remove();
  }
});

test("a password is taken from a file or the environment, and is then nowhere to be read", async () => {
  const refused = await instance.run("up", "--detach", "--store", withPassword);
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining("FLEETLESS_STORE or with --store-file") });
  const doctor = await instance.json<{ name: string; outcome: string }[]>("doctor", "--store", cluster.url(schema));
  expect(doctor).toContainEqual(expect.objectContaining({ name: "store", outcome: "ok" }));

  const file = join(instance.dataDirectory, "..", `${instance.port}-store-url`);
  writeFileSync(file, `${withPassword}\n`, { mode: 0o600 });
  await instance.up("--isolation", "runc", "--store-file", file);
  await promisify(execFile)("rm", [file]);
  expect((await instance.json<{ store: string }>("status")).store).toContain(`schema=${schema}`);
  const { stdout: status } = await instance.run("--json", "status");
  const commandLine = readFileSync(`/proc/${await instance.pid()}/cmdline`, "utf8");
  expect(status + commandLine + instance.log()).not.toContain(password);
  const found = await promisify(execFile)("grep", ["-rl", password, instance.dataDirectory]).catch(
    (error: { code: number }) => error.code,
  );
  expect(found).toBe(1);
});

test("the data directory remembers where its state is, but not the password", async () => {
  await new ECSClient(instance.clientSettings).send(new CreateClusterCommand({ clusterName: "kept" }));
  await instance.run("down");
  const forgotten = await instance.run("--json", "up", "--detach");
  expect(forgotten.code).not.toBe(0);
  expect(forgotten.stdout).toContain("give its URL with the password in FLEETLESS_STORE or with --store-file");
  const elsewhere = await instance.run("--json", "up", "--detach", "--store", cluster.url("elsewhere"));
  expect(elsewhere.code).not.toBe(0);
  expect(elsewhere.stdout).toContain("not in postgres://");
  instance.environment.FLEETLESS_STORE = withPassword;
  await instance.up("--isolation", "runc");
  expect(await clusterNames()).toEqual(["default", "kept"]);
  const backup = await instance.run("backup", join(instance.dataDirectory, "backup"));
  expect(backup).toMatchObject({ code: 1, stderr: expect.stringContaining("pg_dump --schema=fleetless_e2e") });
});

test("calls go on by themselves when the server is back, and are refused while it stays away", async () => {
  await cluster.stop("immediate");
  const during = clusterNames();
  await cluster.start();
  expect(await during).toEqual(["default", "kept"]);
  await new ECSClient(instance.clientSettings).send(new CreateClusterCommand({ clusterName: "later" }));
  expect(await clusterNames()).toEqual(["default", "kept", "later"]);

  await cluster.stop("fast");
  const once = new ECSClient({ ...instance.clientSettings, maxAttempts: 1 });
  const refused = once.send(new CreateClusterCommand({ clusterName: "never" }));
  await expect(refused).rejects.toMatchObject({ name: "ServiceUnavailable", $metadata: { httpStatusCode: 503 } });
  await cluster.start();
  expect(await clusterNames()).toEqual(["default", "kept", "later"]);
});

test("a purge takes the schema away", async () => {
  expect(await hasSchema()).toBe(true);
  const { code } = await instance.run("down", "--purge");
  expect(code).toBe(0);
  expect(existsSync(instance.dataDirectory)).toBe(false);
  expect(await hasSchema()).toBe(false);
});
