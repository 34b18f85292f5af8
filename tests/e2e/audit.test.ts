import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createInstance, type FleetlessInstance } from "./support/instance.ts";

let instance: FleetlessInstance;

beforeAll(async () => {
  instance = await createInstance();
  await instance.up();
});

afterAll(() => instance.purge());

test("audit verify finds the trail whole, over a restart, and tells when a record was changed", async () => {
  expect((await instance.run("task", "ls")).code).toBe(0);
  const whole = await instance.run("audit", "verify", "--json");
  expect(JSON.parse(whole.stdout)).toMatchObject({ head: expect.stringMatching(/^[0-9a-f]{64}$/) });
  expect(whole.code).toBe(0);

  await instance.run("down");
  await instance.up();
  expect((await instance.run("task", "ls")).code).toBe(0);
  expect((await instance.run("audit", "verify")).stdout).toContain("each as it was written");

  await instance.run("down");
  const database = new DatabaseSync(join(instance.dataDirectory, "control-plane", "store.sqlite"));
  const { changes } = database
    .prepare("UPDATE audit_records SET body = replace(body, 'ListTasks', 'ListUsers') WHERE event_name = 'ListTasks'")
    .run();
  database.close();
  expect(Number(changes)).toBeGreaterThan(0);
  await instance.up();
  const changed = await instance.run("audit", "verify");
  expect(changed.code).toBe(1);
  expect(changed.stdout).toContain("The audit trail was changed");
});
