import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance, type FleetlessInstance, isolationsForStore } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

const script = (text: string): { readonly command: string[] } => ({ command: ["sh", "-c", text] });
const forever = script("trap 'exit 0' TERM; while true; do sleep 0.1; done");

describe.each(isolationsForStore)("under %s", (isolation) => {
  let instance: FleetlessInstance;
  let tasks: Tasks;

  beforeAll(async () => {
    instance = await createInstance();
    await instance.up("--isolation", isolation);
    await importBusybox(instance);
    tasks = new Tasks(instance);
    await tasks.prepare();
  });

  afterAll(() => instance.purge());

  test("exit code, reason and times of a task that ends by itself", async () => {
    const task = await tasks.run("ends", [{ name: "main", ...script("echo out; echo err >&2; exit 3") }], "STOPPED");
    expect(task).toMatchObject({
      stopCode: "EssentialContainerExited",
      stoppedReason: "Essential container in task exited",
      desiredStatus: "STOPPED",
      connectivity: "CONNECTED",
      containers: [{ name: "main", exitCode: 3, lastStatus: "STOPPED" }],
    });
    const times = [
      task.createdAt,
      task.pullStartedAt,
      task.pullStoppedAt,
      task.startedAt,
      task.stoppingAt,
      task.stoppedAt,
    ];
    expect(times.every((time) => time instanceof Date)).toBe(true);
    expect([...times].sort((a, b) => Number(a) - Number(b))).toEqual(times);
    expect((await tasks.untilLine(task, /err/)).toSorted()).toEqual(["err", "out"]);
  });

  test("dependencies: SUCCESS before START, HEALTHY before the visitor, both of them logged in order", async () => {
    const task = await tasks.run(
      "ordered",
      [
        { name: "migrate", essential: false, ...script("sleep 0.3; echo migrated") },
        {
          name: "web",
          ...script("echo web starts; touch /tmp/ready; while true; do sleep 0.1; done"),
          stopTimeout: 2,
          dependsOn: [{ containerName: "migrate", condition: "SUCCESS" }],
          healthCheck: { command: ["CMD-SHELL", "test -e /tmp/ready"], interval: 5, retries: 2 },
        },
        {
          name: "visitor",
          ...script("echo visitor starts; while true; do sleep 0.1; done"),
          stopTimeout: 2,
          dependsOn: [{ containerName: "web", condition: "HEALTHY" }],
        },
      ],
      "RUNNING",
    );
    const lines = await tasks.untilLine(task, /visitor starts/);
    expect(lines).toEqual(["migrated", "web starts", "visitor starts"]);
    expect((await tasks.describe(task.taskArn ?? "")).healthStatus).toBe("HEALTHY");
    await tasks.stop(task.taskArn ?? "");
    await tasks.until(task.taskArn ?? "", "STOPPED", 90);
  });

  test("SIGTERM, then SIGKILL after stopTimeout", async () => {
    const polite = await tasks.run("polite", [{ name: "main", ...forever }], "RUNNING");
    const deaf = await tasks.run(
      "deaf",
      [{ name: "main", ...script("trap '' TERM; echo deaf; while true; do sleep 0.1; done"), stopTimeout: 2 }],
      "RUNNING",
    );
    await tasks.untilLine(deaf, /deaf/);
    await tasks.stop(polite.taskArn ?? "", "bye");
    await tasks.stop(deaf.taskArn ?? "");
    expect(await tasks.until(polite.taskArn ?? "", "STOPPED")).toMatchObject({
      stopCode: "UserInitiated",
      stoppedReason: "bye",
      containers: [{ exitCode: 0 }],
    });
    const killed = await tasks.until(deaf.taskArn ?? "", "STOPPED");
    expect(killed).toMatchObject({ stoppedReason: "Task stopped by user", containers: [{ exitCode: 137 }] });
    expect(Number(killed.stoppedAt) - Number(killed.stoppingAt)).toBeGreaterThan(1_900);
  });

  test("an image that does not exist fails the task in ECS's words", async () => {
    const task = await tasks.run("absent", [{ name: "main", image: "127.0.0.1:9/nothing:1" }], "STOPPED");
    expect(task.stopCode).toBe("TaskFailedToStart");
    expect(task.stoppedReason).toMatch(/^CannotPullContainerError: /);
  });

  test("a container over its memory limit is killed and said to be", async () => {
    const task = await tasks.run(
      "greedy",
      [{ name: "main", memory: 64, command: ["tail", "-c", "300m", "/dev/zero"] }],
      "STOPPED",
    );
    expect(task.containers?.[0]).toMatchObject({
      exitCode: 137,
      reason: "OutOfMemoryError: Container killed due to memory usage",
    });
  });

  test("volumes are shared in a task, the root can be read-only, the user is the one declared", async () => {
    const task = await tasks.run(
      "shared",
      [
        {
          name: "writer",
          ...script("id -u > /data/uid; (touch /no 2>&1 || echo read-only) | tail -1; sleep 0.2"),
          user: "app",
          readonlyRootFilesystem: true,
          essential: false,
          mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
          dependsOn: [{ containerName: "owner", condition: "SUCCESS" }],
        },
        {
          name: "owner",
          essential: false,
          ...script("chmod 777 /data"),
          mountPoints: [{ sourceVolume: "data", containerPath: "/data" }],
        },
        {
          name: "reader",
          ...script("echo uid $(cat /data/uid)"),
          mountPoints: [{ sourceVolume: "data", containerPath: "/data", readOnly: true }],
          dependsOn: [{ containerName: "writer", condition: "COMPLETE" }],
        },
      ],
      "STOPPED",
      { volumes: [{ name: "data" }] },
    );
    const lines = await tasks.untilLine(task, /uid/);
    expect(lines).toContain("uid 1000");
    expect(lines.join(" ")).toMatch(/read-only/i);
  });

  test("ephemeral storage ends where its size ends", async () => {
    const task = await tasks.run("disk", [{ name: "main", ...script("df -m / | tail -1; exit 0") }], "STOPPED", {
      ephemeralStorage: { sizeInGiB: 21 },
    });
    const [line] = await tasks.untilLine(task, /\d/);
    const sizeMiB = Number(line?.trim().split(/\s+/)[1]);
    expect(sizeMiB).toBeGreaterThan(19 * 1024);
    expect(sizeMiB).toBeLessThanOrEqual(21 * 1024);
  });

  test("ten tasks at once listen on one port, each at its own address", async () => {
    const definition = await tasks.register("web", [
      { name: "web", command: ["httpd", "-f", "-p", "80", "-h", "/www"], stopTimeout: 2 },
    ]);
    const started = await tasks.start(definition, { count: 10 });
    const running = await Promise.all(started.map(({ taskArn }) => tasks.until(taskArn ?? "", "RUNNING", 100)));
    const found = await Promise.all(running.map((task) => tasks.addresses(task)));
    expect(new Set(found.map(({ privateAddress }) => privateAddress)).size).toBe(10);
    await Promise.all(running.map(({ taskArn }) => tasks.stop(taskArn ?? "")));
    await Promise.all(running.map(({ taskArn }) => tasks.until(taskArn ?? "", "STOPPED", 100)));
  });
});
