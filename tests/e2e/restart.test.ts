import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance, isolationsForStore } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

describe.each(isolationsForStore)("kill -9 of Fleetless under %s", (isolation) => {
  let instance: FleetlessInstance;
  let tasks: Tasks;
  const up = (): Promise<void> => instance.up("--isolation", isolation);

  beforeAll(async () => {
    instance = await createInstance();
    await up();
    await importBusybox(instance);
    tasks = new Tasks(instance);
    await tasks.prepare();
  });

  afterAll(() => instance.purge());

  test("a running task never notices: same container, same address, not a line lost or doubled", async () => {
    const command = ["sh", "-c", "i=0; while true; do i=$((i+1)); echo line $i; sleep 0.05; done"];
    const before = await tasks.run("counts", [{ name: "main", command, stopTimeout: 2 }], "RUNNING");
    await tasks.untilLine(before, /line 20$/);
    await instance.kill();
    await sleep(1_000);
    await up();
    const after = await tasks.describe(before.taskArn ?? "");
    expect(after.lastStatus).toBe("RUNNING");
    expect(after.containers?.[0]?.runtimeId).toBe(before.containers?.[0]?.runtimeId);
    expect(after.attachments?.[0]?.details).toEqual(before.attachments?.[0]?.details);
    const last = Number((await tasks.lines(before)).at(-1)?.split(" ")[1]) + 20;
    const lines = await tasks.untilLine(before, new RegExp(`line ${last}$`));
    expect(lines).toEqual(lines.map((_line, index) => `line ${index + 1}`));
    await tasks.stop(before.taskArn ?? "");
    await tasks.until(before.taskArn ?? "", "STOPPED", 90);
  });

  test("a task that ended meanwhile is reported with its true exit code and time", async () => {
    const task = await tasks.run(
      "ends-alone",
      [{ name: "main", command: ["sh", "-c", "sleep 2; exit 42"] }],
      "RUNNING",
    );
    await instance.kill();
    const killedAt = Date.now();
    await sleep(4_000);
    await up();
    const stopped = await tasks.until(task.taskArn ?? "", "STOPPED");
    expect(stopped).toMatchObject({ stopCode: "EssentialContainerExited", containers: [{ exitCode: 42 }] });
    expect(Number(stopped.executionStoppedAt) - killedAt).toBeLessThan(3_500);
  });

  test("tasks killed half-way through their launch are finished or undone", async () => {
    const definition = await tasks.register("half", [{ name: "main", command: ["sleep", "1000"], stopTimeout: 2 }]);
    const started = await tasks.start(definition, { count: 5 });
    await sleep(60);
    await instance.kill();
    await up();
    const settled = await Promise.all(
      started.map(({ taskArn }) =>
        tasks.untilTask(taskArn ?? "", ({ lastStatus }) => lastStatus === "RUNNING" || lastStatus === "STOPPED"),
      ),
    );
    expect(settled.map(({ lastStatus }) => lastStatus)).toEqual(Array(5).fill("RUNNING"));
    await Promise.all(started.map(({ taskArn }) => tasks.stop(taskArn ?? "")));
    await Promise.all(started.map(({ taskArn }) => tasks.until(taskArn ?? "", "STOPPED", 100)));
    const { stdout } = await promisify(execFile)("ip", ["netns", "list"]);
    for (const { taskArn } of started) expect(stdout).not.toContain(taskArn?.split("/").at(-1)?.slice(0, 8));
  });
});
