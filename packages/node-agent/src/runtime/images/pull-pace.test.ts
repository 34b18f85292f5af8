import { expect, it } from "vitest";
import { PullPace } from "./pull-pace.ts";

const never = (): Promise<void> => new Promise(() => undefined);
const isSettled = async (promise: Promise<void>): Promise<boolean> =>
  Promise.race([promise.then(() => true), new Promise<boolean>((resolve) => setImmediate(() => resolve(false)))]);

it("rests until it is calm", async () => {
  let calm: () => void = () => undefined;
  const pace = new PullPace(
    () =>
      new Promise((resolve) => {
        calm = resolve;
      }),
  );
  const resting = pace.rest();
  expect(await isSettled(resting)).toBe(false);
  calm();
  expect(await isSettled(resting)).toBe(true);
});

it("rests no more once somebody waits for the pull, not even where it rested already", async () => {
  const pace = new PullPace(never);
  const resting = pace.rest();
  expect(await isSettled(resting)).toBe(false);
  pace.hurry();
  expect(await isSettled(resting)).toBe(true);
  expect(await isSettled(pace.rest())).toBe(true);
});
