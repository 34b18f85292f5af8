import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fargateSizes, parseCpuUnits, parseMemoryMiB, taskSizeOf } from "./task-size.ts";

const refusal = (message: string): unknown => ({ ok: false, message });

describe("a task's size", () => {
  test.each([
    ["256", 256],
    [".25 vCPU", 256],
    ["0.25vcpu", 256],
    ["1 vcpu", 1024],
    ["16 VCPU", 16_384],
    ["1.5", undefined],
    ["one", undefined],
    ["", undefined],
    ["1 GB", undefined],
    ["-1 vcpu", undefined],
    ["1e3", undefined],
  ])("reads %j as %s CPU units", (text, expected) => {
    expect(parseCpuUnits(text)).toBe(expected);
  });

  test.each([
    ["512", 512],
    ["0.5 GB", 512],
    ["1GB", 1024],
    ["30 gb", 30_720],
    ["1 MB", undefined],
  ])("reads %j as %s MiB", (text, expected) => {
    expect(parseMemoryMiB(text)).toBe(expected);
  });

  test("is refused in AWS's words", () => {
    expect(taskSizeOf("300", "512")).toEqual(refusal("Invalid 'cpu' setting for task."));
    expect(taskSizeOf(undefined, "512")).toEqual(refusal("Invalid 'cpu' setting for task."));
    expect(taskSizeOf("256", "4096")).toEqual(refusal("No Fargate configuration exists for given values."));
    expect(taskSizeOf("256", undefined)).toEqual(refusal("No Fargate configuration exists for given values."));
    expect(taskSizeOf("8192", "17408")).toEqual(refusal("No Fargate configuration exists for given values."));
  });

  test("is one of the table's, however it is written, and nothing else", () => {
    const units = fc.oneof(fc.constantFrom(...fargateSizes.keys()), fc.integer({ min: 1, max: 20_000 }));
    const memory = fc.oneof(
      fc.constantFrom(512, 1024, 2048, 8192, 16_384, 32_768),
      fc.integer({ min: 1, max: 130_000 }),
    );
    fc.assert(
      fc.property(units, memory, (cpuUnits, memoryMiB) => {
        const known = fargateSizes.get(cpuUnits)?.includes(memoryMiB) ?? false;
        const plain = taskSizeOf(String(cpuUnits), String(memoryMiB));
        expect(plain.ok).toBe(known);
        if (known) expect(taskSizeOf(`${cpuUnits / 1024} vCPU`, `${memoryMiB / 1024} GB`)).toEqual(plain);
      }),
    );
  });
});
