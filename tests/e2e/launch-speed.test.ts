import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { prepareBareRuntime } from "../../bench/launch/bare.ts";
import { importBusybox } from "./support/busybox-image.ts";
import { createInstance } from "./support/instance.ts";
import { Tasks } from "./support/tasks.ts";

// Guards against a launch that has become several times slower, on a machine that may be busy with something else.
// `npm run bench` has the figures.
const rounds = 7;
/** More rounds until the ratio holds: what else the machine does comes and goes, a slower launch stays. */
const patience = 21;
const upMilliseconds = 6_000;
const residentMiB = 150;

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const residentOf = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;

/** Milliseconds from the call of RunTask until DescribeTasks says RUNNING. */
const launch = async (tasks: Tasks, definition: string): Promise<number> => {
  const begun = performance.now();
  const [task] = await tasks.start(definition);
  const arn = task?.taskArn ?? "";
  while ((await tasks.describe(arn)).lastStatus !== "RUNNING") await sleep(2);
  const took = performance.now() - begun;
  await tasks.stop(arn);
  await tasks.until(arn, "STOPPED");
  return took;
};

test.each([
  { isolation: "runc", times: 4 },
  { isolation: "gvisor", times: 3 },
] as const)("a launch under $isolation takes at most $times times as long as the bare runtime", async (given) => {
  const { isolation, times } = given;
  const bare = prepareBareRuntime();
  const instance = await createInstance();
  try {
    const begun = performance.now();
    await instance.up("--isolation", isolation);
    expect(performance.now() - begun).toBeLessThan(upMilliseconds);
    expect(residentOf(await instance.pid())).toBeLessThan(residentMiB);
    await importBusybox(instance);
    const tasks = new Tasks(instance);
    await tasks.prepare();
    const command = ["sh", "-c", "trap 'exit 0' TERM; sleep 1000 & wait"];
    const definition = await tasks.register("speed", [{ name: "main", command }]);
    await launch(tasks, definition);
    const launches: number[] = [];
    const alone: number[] = [];
    const ratio = (): number => median(launches) / median(alone);
    while (launches.length < rounds || (ratio() > times && launches.length < patience)) {
      await sleep(300);
      alone.push(isolation === "runc" ? bare.runc() : bare.runsc());
      launches.push(await launch(tasks, definition));
    }
    expect(ratio()).toBeLessThanOrEqual(times);
  } finally {
    await instance.purge();
    bare.close();
  }
});
