import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CreateClusterCommand,
  ECSClient,
  ListClustersCommand,
  paginateListTaskDefinitions,
  RegisterTaskDefinitionCommand,
} from "@aws-sdk/client-ecs";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, ListUsersCommand } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";

let instance: FleetlessInstance;
let restored: FleetlessInstance;
let directory: string;

beforeAll(async () => {
  [instance, restored] = await Promise.all([createInstance(), createInstance()]);
  directory = mkdtempSync(join(tmpdir(), "fleetless-backup-"));
  await instance.up("--isolation", "runc");
});

afterAll(async () => {
  await Promise.all([instance.purge(), restored.purge()]);
  rmSync(directory, { recursive: true });
});

test("what was acknowledged before a backup under load is in a new data directory after its restore", async () => {
  const client = new ECSClient(instance.clientSettings);
  const iam = new IAMClient(instance.clientSettings);
  await iam.send(new CreateUserCommand({ UserName: "ada" }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "ada" }));
  const acknowledged: string[] = [];
  let running = true;
  const writers = Array.from({ length: 4 }, async (_, writer) => {
    while (running) {
      const { taskDefinition } = await client.send(
        new RegisterTaskDefinitionCommand({
          family: `family-${writer}`,
          requiresCompatibilities: ["FARGATE"],
          networkMode: "awsvpc",
          cpu: "256",
          memory: "512",
          containerDefinitions: [{ name: "main", image: "busybox" }],
        }),
      );
      acknowledged.push(taskDefinition?.taskDefinitionArn ?? "");
    }
  });
  await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(20);
  const before = [...acknowledged];
  const file = join(directory, "backup");
  const made = await instance.json<{ path: string; bytes: number }>("backup", file, "--with-key");
  expect(made.bytes).toBe(statSync(file).size);
  const during = acknowledged.length;
  await expect.poll(() => acknowledged.length, { timeout: 30_000 }).toBeGreaterThan(during);
  await client.send(new CreateClusterCommand({ clusterName: "after-the-backup" }));
  running = false;
  await Promise.all(writers);

  expect(await restored.json("restore", file)).toEqual({ dataDirectory: restored.dataDirectory });
  await restored.up("--isolation", "runc");
  const copy = new ECSClient(restored.clientSettings);
  const found = new Set<string>();
  for await (const page of paginateListTaskDefinitions({ client: copy }, {})) {
    for (const arn of page.taskDefinitionArns ?? []) found.add(arn);
  }
  expect(before.filter((arn) => !found.has(arn))).toEqual([]);
  const asAda = new ECSClient({
    ...restored.clientSettings,
    credentials: { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" },
  });
  await expect(asAda.send(new ListClustersCommand({}))).rejects.toThrow("is not authorized to perform");
  const { clusterArns } = await copy.send(new ListClustersCommand({}));
  expect(clusterArns).toEqual([expect.stringContaining("cluster/default")]);
});

test("the root key stays behind unless it is asked for, and state is never overwritten", async () => {
  const file = join(directory, "without-key");
  await instance.json("backup", file);
  const name = createHash("sha256").update(realpathSync(instance.dataDirectory)).digest("hex").slice(0, 6);
  const key = `/etc/fleetless/${name}.key`;
  const keyText = readFileSync(key, "utf8").trim();
  expect(readFileSync(file).includes(keyText)).toBe(false);
  expect(readFileSync(join(directory, "backup")).includes(keyText)).toBe(true);
  const again = await instance.run("backup", file);
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining("There is a file") });
  const running = await instance.run("restore", file);
  expect(running).toMatchObject({ code: 1, stderr: expect.stringContaining("A Fleetless runs in") });

  const third = await createInstance();
  try {
    const wrong = join(directory, "wrong-key");
    writeFileSync(wrong, `${randomBytes(32).toString("base64")}\n`, { mode: 0o600 });
    const withWrong = await third.run("restore", file, "--key", wrong);
    expect(withWrong).toMatchObject({ code: 1, stderr: expect.stringContaining("is not the one under which") });
    const keyless = await third.run("restore", file);
    expect(keyless).toMatchObject({ code: 0, stderr: expect.stringContaining("bring it there before `up`") });
    const twice = await third.run("restore", file, "--key", key);
    expect(twice).toMatchObject({ code: 1, stderr: expect.stringContaining("has state already") });
    third.environment.FLEETLESS_ROOT_KEY_FILE = key;
    await third.up("--isolation", "runc");
    const client = new IAMClient(third.clientSettings);
    expect((await client.send(new ListUsersCommand({}))).Users).toMatchObject([{ UserName: "ada" }]);
  } finally {
    await third.purge();
  }
});
