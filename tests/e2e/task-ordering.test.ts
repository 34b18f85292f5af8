import { expect, test } from "vitest";
import { shell, untilTerminated, useInstance } from "./support/use-instance.ts";

const fleetless = useInstance("--isolation", "runc");

test.concurrent("COMPLETE is met by any exit code", async () => {
  const { task, lines } = await fleetless.tasks.finish("complete", [
    { name: "main", ...shell("echo main"), dependsOn: [{ containerName: "first", condition: "COMPLETE" }] },
    { name: "first", essential: false, ...shell("sleep 0.3; echo first; exit 5") },
  ]);
  expect(lines).toEqual(["first", "main"]);
  expect(task).toMatchObject({
    stopCode: "EssentialContainerExited",
    containers: [
      { name: "main", exitCode: 0 },
      { name: "first", exitCode: 5 },
    ],
  });
});

test.concurrent("a task whose essential container waits in vain for SUCCESS fails to start and says why", async () => {
  const { task, lines } = await fleetless.tasks.finish("in-vain", [
    { name: "main", ...shell("echo main"), dependsOn: [{ containerName: "first", condition: "SUCCESS" }] },
    { name: "first", essential: false, ...shell("echo first; exit 5") },
  ]);
  expect(lines).toEqual(["first"]);
  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toMatch(/^Task failed to start.*main.*first.*SUCCESS.*exit code 5/);
  expect(task.startedAt).toBeUndefined();
  expect(task.containers?.[1]).toMatchObject({ name: "first", exitCode: 5 });
});

test.concurrent("a container that is not essential and waits in vain leaves the task alone", async () => {
  const { tasks } = fleetless;
  const task = await tasks.run(
    "unimportant",
    [
      { name: "main", ...untilTerminated() },
      { name: "first", essential: false, ...shell("exit 5") },
      {
        name: "second",
        essential: false,
        ...shell("echo second"),
        dependsOn: [{ containerName: "first", condition: "SUCCESS" }],
      },
    ],
    "RUNNING",
  );
  expect(task.containers?.[2]).toMatchObject({
    name: "second",
    lastStatus: "STOPPED",
    reason: expect.stringMatching(/^CannotStartContainerError: .*first.*SUCCESS/),
  });
  await tasks.stop(task.taskArn ?? "");
  const stopped = await tasks.until(task.taskArn ?? "", "STOPPED");
  expect(stopped).toMatchObject({ stopCode: "UserInitiated", containers: [{ exitCode: 0 }, { exitCode: 5 }, {}] });
  expect(await tasks.lines(task)).toEqual([]);
});

test.concurrent("a container is stopped once those that depend on it have stopped", async () => {
  const { tasks } = fleetless;
  const mountPoints = [{ sourceVolume: "shared", containerPath: "/shared" }];
  const task = await tasks.run(
    "reverse",
    [
      { name: "database", mountPoints, ...untilTerminated("cat /shared/order; echo database stops") },
      {
        name: "application",
        mountPoints,
        ...untilTerminated("sleep 0.7; cp /shared/front /shared/order; echo application stopped >> /shared/order"),
        dependsOn: [{ containerName: "database", condition: "START" }],
      },
      {
        name: "front",
        mountPoints,
        ...untilTerminated("sleep 0.7; echo front stopped > /shared/front"),
        dependsOn: [{ containerName: "application", condition: "START" }],
      },
    ],
    "RUNNING",
    { volumes: [{ name: "shared" }] },
  );
  await tasks.stop(task.taskArn ?? "");
  await tasks.until(task.taskArn ?? "", "STOPPED");
  expect(await tasks.lines(task)).toEqual(["front stopped", "application stopped", "database stops"]);
});

test.concurrent("a startTimeout ends the wait of dependents, and the task", async () => {
  const { task, lines } = await fleetless.tasks.finish("too-slow", [
    { name: "main", ...shell("echo main"), dependsOn: [{ containerName: "slow", condition: "SUCCESS" }] },
    { name: "slow", essential: false, startTimeout: 2, stopTimeout: 2, ...untilTerminated() },
  ]);
  expect(lines).toEqual([]);
  expect(task.stopCode).toBe("TaskFailedToStart");
  expect(task.stoppedReason).toMatch(/slow.*startTimeout of 2 seconds/);
  const waited = Number(task.stoppingAt) - Number(task.pullStoppedAt);
  expect(waited).toBeGreaterThanOrEqual(2_000);
  expect(waited).toBeLessThan(5_000);
});

test.concurrent("a container that is not essential ends without the others", async () => {
  const { tasks } = fleetless;
  const started = await tasks.run(
    "side",
    [
      { name: "main", ...untilTerminated() },
      { name: "side", essential: false, ...shell("exit 9") },
    ],
    "RUNNING",
  );
  const task = await tasks.untilTask(started.taskArn ?? "", ({ containers }) => containers?.[1]?.exitCode === 9);
  expect(task).toMatchObject({
    lastStatus: "RUNNING",
    desiredStatus: "RUNNING",
    containers: [{ lastStatus: "RUNNING" }, { lastStatus: "STOPPED", exitCode: 9 }],
  });
  await tasks.stop(task.taskArn ?? "");
  await tasks.until(task.taskArn ?? "", "STOPPED");
});
