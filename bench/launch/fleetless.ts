import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { importBusybox } from "../../tests/e2e/support/busybox-image.ts";
import { createInstance, type FleetlessInstance } from "../../tests/e2e/support/instance.ts";
import { Tasks } from "../../tests/e2e/support/tasks.ts";

export interface LaunchFigures {
  /** Milliseconds from the RunTask call to the first DescribeTasks that says RUNNING, one task at a time. */
  readonly single: readonly number[];
  /** The bare runtime, once before each launch: both then meet the same noise. */
  readonly bare: readonly number[];
  /** As `single`, for one RunTask call after another of 20 tasks in all; until the last runs. */
  readonly twentyAtOnce: number;
  readonly timeline: readonly {
    readonly name: string;
    readonly startedAt: number;
    readonly durationMilliseconds: number;
  }[];
  readonly createdAt: number;
  /** Milliseconds from the start of `fleetless up --detach` until the endpoint answers. */
  readonly coldStart: number;
  readonly idleMiB: number;
  readonly idleTaskMiB: number;
}

const rounds = 15;

/** Resident memory of a process and all it started, in MiB. */
const residentMiB = (pid: number): number => {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
};

/** MemAvailable, for what tasks take in all: shims, sandboxes, page tables. */
const availableMiB = (): number =>
  Number(/^MemAvailable:\s+(\d+)/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1] ?? 0) / 1024;

/** `runBare` runs the runtime alone, in milliseconds. */
export const measureFleetless = async (isolation: "runc" | "gvisor", runBare: () => number): Promise<LaunchFigures> => {
  const instance = await createInstance();
  try {
    await instance.up("--isolation", isolation, "--log-level", "warn");
    await instance.run("down");
    const started = performance.now();
    await instance.up("--isolation", isolation, "--log-level", "warn");
    const coldStart = performance.now() - started;
    await importBusybox(instance);
    return { coldStart, ...(await measureLaunches(instance, runBare)) };
  } finally {
    await instance.purge();
  }
};

const measureLaunches = async (
  instance: FleetlessInstance,
  runBare: () => number,
): Promise<Omit<LaunchFigures, "coldStart">> => {
  const tasks = new Tasks(instance);
  await tasks.prepare();
  // Obeys SIGTERM, so that no end of an earlier task falls into a launch that is measured.
  const command = ["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"];
  const definition = await tasks.register("bench", [{ name: "main", command }]);
  const pid = await instance.pid();
  await sleep(3_000);
  const idleMiB = residentMiB(pid);
  const single: number[] = [];
  const bare: number[] = [];
  let last = { arn: "", createdAt: 0 };
  for (let round = 0; round < rounds + 2; round += 1) {
    await sleep(600);
    const alone = runBare();
    await sleep(300);
    const begun = performance.now();
    const [task] = await tasks.start(definition);
    const running = await untilRunning(tasks, [task?.taskArn ?? ""]);
    if (round >= 2) {
      single.push(performance.now() - begun);
      bare.push(alone);
    }
    last = { arn: task?.taskArn ?? "", createdAt: Number(running[0]?.createdAt) };
    if (round === rounds + 1) continue;
    await tasks.stop(task?.taskArn ?? "");
    await tasks.until(task?.taskArn ?? "", "STOPPED", 120);
  }
  const timeline = await instance.json<LaunchFigures["timeline"]>("task", "timeline", last.arn);
  await tasks.stop(last.arn);
  await sleep(4_000);

  const availableBefore = availableMiB();
  const begun = performance.now();
  const arns = (await Promise.all([tasks.start(definition, { count: 10 }), tasks.start(definition, { count: 10 })]))
    .flat()
    .map(({ taskArn }) => taskArn ?? "");
  await untilRunning(tasks, arns);
  const twentyAtOnce = performance.now() - begun;
  await sleep(2_000);
  const idleTaskMiB = (availableBefore - availableMiB()) / arns.length;
  await Promise.all(arns.map((arn) => tasks.stop(arn)));
  await Promise.all(arns.map((arn) => tasks.until(arn, "STOPPED", 120)));
  return { single, bare, twentyAtOnce, timeline, createdAt: last.createdAt, idleMiB, idleTaskMiB };
};

/** Asks as often as the endpoint answers, so that the answer is at most one call late. */
const untilRunning = async (tasks: Tasks, arns: readonly string[]): Promise<{ readonly createdAt?: Date }[]> => {
  const { DescribeTasksCommand } = await import("@aws-sdk/client-ecs");
  for (;;) {
    const answer = await tasks.ecs.send(new DescribeTasksCommand({ tasks: [...arns] }));
    const found = answer.tasks ?? [];
    const stopped = found.find(({ lastStatus }) => lastStatus === "STOPPED");
    if (stopped !== undefined) throw new Error(`A task stopped: ${stopped.stoppedReason}`);
    if (found.every(({ lastStatus }) => lastStatus === "RUNNING")) {
      return found.map(({ createdAt }) => (createdAt === undefined ? {} : { createdAt }));
    }
    await sleep(2);
  }
};
