import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { DescribeTasksCommand, type Task } from "@aws-sdk/client-ecs";
import { expect, test } from "vitest";
import { shell, useInstance } from "../e2e/support/use-instance.ts";
import { belongingsOf } from "./support/belongings.ts";
import { discrepancies, takeCensus } from "./support/census.ts";
import { type Footprint, growthOf, leastOf, takeFootprint } from "./support/footprint.ts";

const count = Number(process.env.FLEETLESS_SOAK_TASKS ?? 40);
/** Readings are taken after each part, so that what grows can be told from what has filled. */
const parts = 4;
/** Tasks that are launched and stopped side by side. */
const width = 4;
/** So many come first, since caches and pools fill with the first ones. */
const warmUp = 20;
/** Tasks after which the heap is as large as it gets. */
const heapFilledAfter = 500;
const fleetless = useInstance("--isolation", process.env.FLEETLESS_SOAK_ISOLATION ?? "runc");

/** Taken over some seconds in which nothing is launched. */
const footprintAtRest = async (pid: number, dataDirectory: string): Promise<Footprint> => {
  const footprints: Footprint[] = [];
  for (let turn = 0; turn < 6; turn += 1) {
    await sleep(500);
    footprints.push(takeFootprint(pid, belongingsOf(dataDirectory)));
  }
  return leastOf(footprints);
};

test(`${count} short tasks leave the machine's resources as they were`, {
  timeout: 120_000 + count * 5_000,
}, async () => {
  const { instance, tasks } = fleetless;
  const definition = await tasks.register("soak", [{ name: "main", ...shell("exit 7") }]);
  const pid = await instance.pid();
  /** Asks seldom, since the audit trail grows with every question. */
  const untilStopped = async (arns: readonly string[]): Promise<readonly Task[]> => {
    for (const deadline = Date.now() + 120_000; ; await sleep(250)) {
      const { tasks: found = [] } = await tasks.ecs.send(new DescribeTasksCommand({ tasks: [...arns] }));
      if (found.every(({ lastStatus }) => lastStatus === "STOPPED") || Date.now() > deadline) return found;
    }
  };
  const launch = async (number: number): Promise<void> => {
    for (let done = 0; done < number; done += width) {
      const launched = await tasks.start(definition, { count: Math.min(width, number - done) });
      const ended = await untilStopped(launched.flatMap(({ taskArn }) => taskArn ?? []));
      expect(ended.map(({ containers }) => containers?.[0]?.exitCode)).toEqual(launched.map(() => 7));
    }
  };
  await launch(warmUp);
  const footprints = [await footprintAtRest(pid, instance.dataDirectory)];
  for (let part = 0; part < parts; part += 1) {
    const begun = Date.now();
    await launch(count / parts);
    const milliseconds = Date.now() - begun;
    const footprint = await footprintAtRest(pid, instance.dataDirectory);
    footprints.push(footprint);
    process.stdout.write(
      `soak: ${JSON.stringify({ tasks: ((part + 1) * count) / parts, milliseconds, ...footprint })}\n`,
    );
  }
  const [before, , half, , after] = footprints;
  if (before === undefined || half === undefined || after === undefined) throw new Error("a reading is missing");
  const grown = growthOf(before, after);
  const inTheSecondHalf = growthOf(half, after);
  process.stdout.write(`soak: ${JSON.stringify({ count, before, grown, inTheSecondHalf })}\n`);
  expect(await instance.pid()).toBe(pid);
  expect(discrepancies(await takeCensus(belongingsOf(instance.dataDirectory)), new Set())).toEqual([]);
  expect(grown.descriptors).toBeLessThanOrEqual(8);
  expect(grown.containerdDescriptors).toBeLessThanOrEqual(8);
  for (const kind of ["threads", "shims", "processes", "controlGroups", "mounts"] as const)
    expect({ [kind]: grown[kind] }).toEqual({ [kind]: expect.closeTo(0, -1) });
  // V8 lets its heap grow up to some size before it collects all of it; from there on it must stay as it is.
  expect(grown.memoryKiB).toBeLessThan(30 * 1024 + 256 * Math.min(count, heapFilledAfter));
  expect(inTheSecondHalf.memoryKiB).toBeLessThan(16 * 1024 + 4 * count);
  // A stopped task can be described for an hour, so what is kept of it on disk grows with their number.
  expect(grown.containerdMemoryKiB).toBeLessThan(20 * 1024);
  expect(grown.diskKiB).toBeLessThan(16 * 1024 + 64 * count);
  expect(grown.storeKiB).toBeLessThan(8 * 1024 + 48 * count);
  expect(grown.logKiB).toBeLessThan(256 + 2 * count);
});
