import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance } from "./support/instance.ts";
import { machineSnapshot } from "./support/machine.ts";
import { Tasks } from "./support/tasks.ts";

test.each([["while it runs"], ["after kill -9"]])("down --purge %s leaves the machine as it was", async (when) => {
  const before = await machineSnapshot();
  const instance = await createInstance();
  await instance.up();
  await importBusybox(instance);
  const tasks = new Tasks(instance);
  await tasks.prepare();
  await tasks.run("stays", [{ name: "main", command: ["sleep", "1000"] }], "RUNNING");
  expect(await machineSnapshot()).not.toEqual(before);
  if (when === "after kill -9") await instance.kill();
  await instance.purge();
  expect(existsSync(instance.dataDirectory)).toBe(false);
  expect(await machineSnapshot()).toEqual(before);
});

test("two instances with equal VPCs run side by side and do not meet", async () => {
  const [one, two] = await Promise.all([createInstance(), createInstance()]);
  try {
    await Promise.all([one.up(), two.up()]);
    await Promise.all([importBusybox(one), importBusybox(two)]);
    const [tasksOfOne, tasksOfTwo] = [new Tasks(one), new Tasks(two)];
    await Promise.all([tasksOfOne.prepare(), tasksOfTwo.prepare()]);
    const containers = [{ name: "web", command: ["httpd", "-f", "-p", "80", "-h", "/www"] }];
    const web = await tasksOfOne.run("web", containers, "RUNNING");
    const { privateAddress } = await tasksOfOne.addresses(web);
    const command = ["sh", "-c", `timeout 2 wget -q -O - http://${privateAddress}/ || echo alone`];
    const visitor = await tasksOfTwo.run("visitor", [{ name: "main", command }], "STOPPED");
    expect((await tasksOfTwo.untilLine(visitor, /hello|alone/)).at(-1)).toBe("alone");
    await two.purge();
    expect((await tasksOfOne.describe(web.taskArn ?? "")).lastStatus).toBe("RUNNING");
  } finally {
    await Promise.allSettled([one.purge(), two.purge()]);
  }
});
