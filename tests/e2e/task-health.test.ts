import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");
const check = { interval: 5, retries: 1, timeout: 2 };

test.concurrent("a task outside a service goes on while UNHEALTHY, and is HEALTHY again once its check passes", async () => {
  const { tasks } = fleetless;
  const { taskArn = "" } = await tasks.run(
    "recovers",
    [
      {
        name: "main",
        ...shell("sleep 8; touch /tmp/ready; while true; do sleep 0.1; done"),
        healthCheck: { ...check, command: ["CMD-SHELL", "echo looking; test -e /tmp/ready"] },
        stopTimeout: 2,
      },
      { name: "unchecked", ...untilTerminated() },
    ],
    "RUNNING",
  );
  expect(await tasks.describe(taskArn)).toMatchObject({
    healthStatus: "UNKNOWN",
    containers: [{ healthStatus: "UNKNOWN" }, { healthStatus: "UNKNOWN" }],
  });
  expect(await tasks.untilTask(taskArn, ({ healthStatus }) => healthStatus === "UNHEALTHY")).toMatchObject({
    lastStatus: "RUNNING",
    containers: [{ healthStatus: "UNHEALTHY" }, { healthStatus: "UNKNOWN" }],
  });
  await sleep(1_000);
  expect((await tasks.describe(taskArn)).lastStatus).toBe("RUNNING");
  expect(await tasks.untilTask(taskArn, ({ healthStatus }) => healthStatus === "HEALTHY")).toMatchObject({
    lastStatus: "RUNNING",
    containers: [{ healthStatus: "HEALTHY" }, { healthStatus: "UNKNOWN" }],
  });
  await tasks.stop(taskArn);
  await tasks.until(taskArn, "STOPPED");
});

test.concurrent("a check that takes longer than its timeout has failed", async () => {
  const { tasks } = fleetless;
  const healthCheck = { ...check, command: ["CMD", "sleep", "100"] };
  const { taskArn = "" } = await tasks.run("hangs", [{ name: "main", ...untilTerminated(), healthCheck }], "RUNNING");
  const task = await tasks.untilTask(taskArn, ({ healthStatus }) => healthStatus === "UNHEALTHY");
  expect(Date.now() - Number(task.startedAt)).toBeGreaterThan(6_500);
  await tasks.stop(taskArn);
  await tasks.until(taskArn, "STOPPED");
});

test.concurrent("failures do not count within the startPeriod, nor before there are as many as retries", async () => {
  const { tasks } = fleetless;
  const command = ["CMD-SHELL", "exit 1"];
  const run = (family: string, more: { startPeriod?: number; retries?: number }) =>
    tasks.run(family, [{ name: "main", ...untilTerminated(), healthCheck: { ...check, ...more, command } }], "RUNNING");
  const started = await Promise.all([run("lenient", { startPeriod: 7 }), run("patient", { retries: 2 })]);
  for (const { taskArn = "" } of started) {
    const task = await tasks.untilTask(taskArn, ({ healthStatus }) => healthStatus === "UNHEALTHY");
    expect(Date.now() - Number(task.startedAt)).toBeGreaterThan(9_500);
    await tasks.stop(taskArn);
  }
  await Promise.all(started.map(({ taskArn }) => tasks.until(taskArn ?? "", "STOPPED")));
});
