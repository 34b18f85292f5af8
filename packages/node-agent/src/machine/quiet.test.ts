import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { Quiet } from "./quiet.ts";

const settled = async (work: Promise<void>): Promise<boolean> =>
  await Promise.race([work.then(() => true), sleep(5).then(() => false)]);

test("background work goes on at once where nothing is going on", async () => {
  expect(await settled(new Quiet().calm())).toBe(true);
});

test("background work waits for launches, and for a while after the last", async () => {
  const quiet = new Quiet({ calmMilliseconds: 60, patienceMilliseconds: 10_000 });
  let finish = (): void => undefined;
  const launch = quiet.during(
    () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      }),
  );
  const work = quiet.calm();
  await sleep(100);
  expect(await settled(work)).toBe(false);
  finish();
  await launch;
  expect(await settled(work)).toBe(false);
  const before = performance.now();
  await work;
  expect(performance.now() - before).toBeGreaterThan(30);
});

test("background work does not wait for ever, and a launch that fails ends", async () => {
  const quiet = new Quiet({ calmMilliseconds: 10, patienceMilliseconds: 50 });
  const endless = quiet.during(() => new Promise(() => undefined));
  await quiet.calm();
  expect(await settled(endless.then(() => undefined))).toBe(false);
  await expect(quiet.during(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
});
