import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { shell, useInstance } from "../e2e/support/use-instance.ts";
import { belongingsOf } from "./support/belongings.ts";
import { discrepancies, takeCensus } from "./support/census.ts";

const count = Number(process.env.FLEETLESS_SOAK_TASKS ?? 40);
/** Tasks that are launched and stopped side by side. */
const width = 4;
/** So many come first, since caches and pools fill with the first ones. */
const warmUp = 20;
const fleetless = useInstance("--isolation", process.env.FLEETLESS_SOAK_ISOLATION ?? "runc");

interface Reading {
  readonly memoryKiB: number;
  readonly descriptors: number;
  readonly diskKiB: number;
}

/** Blocks that the files below a directory really take. What is mounted in it is left out, and what goes meanwhile. */
const diskKiB = (directory: string, device = statSync(directory).dev): number => {
  try {
    return readdirSync(directory, { withFileTypes: true }).reduce((sum, entry) => {
      const path = join(directory, entry.name);
      const { blocks, dev } = statSync(path);
      return dev === device ? sum + (entry.isDirectory() ? diskKiB(path, device) : blocks / 2) : sum;
    }, 0);
  } catch {
    return 0;
  }
};

const read = (pid: number, dataDirectory: string): Reading => ({
  memoryKiB: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]),
  descriptors: readdirSync(`/proc/${pid}/fd`).length,
  diskKiB: diskKiB(dataDirectory),
});

/** The least of several readings: what is in use beside what waits to be collected or written back. */
const readAtRest = async (pid: number, dataDirectory: string): Promise<Reading> => {
  const readings: Reading[] = [];
  for (let turn = 0; turn < 10; turn += 1) {
    await sleep(500);
    readings.push(read(pid, dataDirectory));
  }
  const least = (name: keyof Reading): number => Math.min(...readings.map((reading) => reading[name]));
  return { memoryKiB: least("memoryKiB"), descriptors: least("descriptors"), diskKiB: least("diskKiB") };
};

test(`${count} short tasks leave memory, descriptors and disk as they were`, {
  timeout: 120_000 + count * 5_000,
}, async () => {
  const { instance, tasks } = fleetless;
  const definition = await tasks.register("soak", [{ name: "main", ...shell("exit 7") }]);
  const pid = await instance.pid();
  const launch = async (number: number): Promise<void> => {
    for (let done = 0; done < number; done += width) {
      const launched = await tasks.start(definition, { count: Math.min(width, number - done) });
      const ended = await Promise.all(launched.map(({ taskArn }) => tasks.until(taskArn ?? "", "STOPPED", 120)));
      expect(ended.map(({ containers }) => containers?.[0]?.exitCode)).toEqual(launched.map(() => 7));
    }
  };
  await launch(warmUp);
  const before = await readAtRest(pid, instance.dataDirectory);
  const begun = Date.now();
  await launch(count);
  const milliseconds = Date.now() - begun;
  const after = await readAtRest(pid, instance.dataDirectory);
  const grown = {
    memoryKiB: after.memoryKiB - before.memoryKiB,
    descriptors: after.descriptors - before.descriptors,
    diskKiB: after.diskKiB - before.diskKiB,
  };
  process.stdout.write(`soak: ${JSON.stringify({ count, milliseconds, before, after, grown })}\n`);
  expect(await instance.pid()).toBe(pid);
  expect(discrepancies(await takeCensus(belongingsOf(instance.dataDirectory)), new Set())).toEqual([]);
  expect(grown.descriptors).toBeLessThanOrEqual(8);
  // A stopped task can be described for an hour, so what is kept of it grows with their number.
  expect(grown.memoryKiB).toBeLessThan(30 * 1024 + 32 * count);
  expect(grown.diskKiB).toBeLessThan(16 * 1024 + 64 * count);
});
