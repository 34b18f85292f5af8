import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addUsage, billedSpan, daysOf, type MeteredTask, noUsage, type Usage, usageOf } from "./usage.ts";

const epoch = Date.UTC(2026, 0, 1);
const week = 7 * 86_400_000;
const time = fc.integer({ min: epoch, max: epoch + week });
const size = {
  cpuUnits: fc.constantFrom(256, 512, 1024, 2048, 4096, 8192, 16_384),
  memoryMiB: fc.constantFrom(512, 1024, 3072, 8192, 122_880),
  ephemeralStorageGiB: fc.integer({ min: 20, max: 200 }),
};
const begun = fc.record({ ...size, pullStartedAt: time, endedAt: fc.option(time, { nil: undefined }) });

const amounts = (usage: Usage): readonly number[] => Object.values(usage);
const expectSame = (a: Usage, b: Usage): void => {
  for (const [index, amount] of amounts(a).entries()) {
    const other = amounts(b)[index] ?? Number.NaN;
    expect(Math.abs(amount - other)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(amount)));
  }
};

describe("what a task is billed for", () => {
  const task: MeteredTask = { cpuUnits: 512, memoryMiB: 1024, ephemeralStorageGiB: 30, pullStartedAt: epoch };

  it("is every second begun, one minute at the least, and nothing before the pull", () => {
    expect(usageOf({ ...task, pullStartedAt: undefined }, epoch + week)).toEqual(noUsage);
    expect(usageOf({ ...task, endedAt: epoch + 5_000 }, epoch + week).seconds).toBe(60);
    expect(usageOf({ ...task, endedAt: epoch + 60_001 }, epoch + week)).toEqual({
      seconds: 61,
      vcpuSeconds: 30.5,
      gbSeconds: 61,
      storageGbSeconds: 610,
    });
    expect(usageOf(task, epoch + 90_000).seconds).toBe(90);
    expect(usageOf({ ...task, endedAt: epoch - 5_000 }, epoch).seconds).toBe(60);
  });

  it("adds up to the whole over days, and over any other cuts", () => {
    fc.assert(
      fc.property(begun, time, fc.array(time, { maxLength: 6 }), (metered, now, cuts) => {
        const whole = usageOf(metered, now);
        const span = billedSpan(metered, now);
        const days = span === undefined ? [] : daysOf(span);
        expectSame(days.map((day) => usageOf(metered, now, day)).reduce(addUsage, noUsage), whole);
        const edges = [Number.NEGATIVE_INFINITY, ...cuts.toSorted((a, b) => a - b), Number.POSITIVE_INFINITY];
        const parts = edges.slice(1).map((to, index) => usageOf(metered, now, { from: edges[index] ?? to, to }));
        expectSame(parts.reduce(addUsage, noUsage), whole);
      }),
    );
  });

  it("is never negative and never less later", () => {
    fc.assert(
      fc.property(begun, time, time, time, time, (metered, a, b, from, to) => {
        const [earlier, later] = [Math.min(a, b), Math.max(a, b)];
        const before = amounts(usageOf(metered, earlier));
        const after = amounts(usageOf(metered, later));
        for (const [index, amount] of after.entries()) expect(amount).toBeGreaterThanOrEqual(before[index] ?? 0);
        for (const amount of amounts(usageOf(metered, later, { from, to }))) expect(amount).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it("does not depend on the clock once the task has ended", () => {
    fc.assert(
      fc.property(begun, time, time, time, (metered, endedAt, a, b) => {
        expect(usageOf({ ...metered, endedAt }, a)).toEqual(usageOf({ ...metered, endedAt }, b));
      }),
    );
  });

  it("cuts days at midnight of UTC", () => {
    const midnight = epoch + 86_400_000;
    expect(daysOf({ from: midnight - 1_000, to: midnight + 2_000 })).toEqual([
      { from: midnight - 1_000, to: midnight },
      { from: midnight, to: midnight + 2_000 },
    ]);
  });
});
