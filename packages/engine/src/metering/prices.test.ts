import { expect, it } from "vitest";
import { fargateSizes } from "../scheduling/task-size.ts";
import { costOf, type FargateRate, pricedRegions, pricePlans, pricesOf } from "./prices.ts";
import { rightSize } from "./right-size.ts";
import { usageOf } from "./usage.ts";

const onDemand = (): FargateRate => {
  const rate = pricesOf("us-east-1")?.architectures.X86_64.onDemand;
  if (rate === undefined) throw new Error("us-east-1 has no prices");
  return rate;
};

it("prices a task as AWS's own example does: 1 vCPU and 2 GB for an hour, 10 GB of storage more", () => {
  const task = { cpuUnits: 1024, memoryMiB: 2048, ephemeralStorageGiB: 30, pullStartedAt: 0, endedAt: 3_600_000 };
  const cost = costOf(usageOf(task, 0), onDemand(), 0.000111);
  expect(cost).toBeCloseTo(0.04048 + 2 * 0.004445 + 10 * 0.000111, 10);
});

it("has a source for every price, a date where the source has one, and no plan dearer than on demand", () => {
  expect(pricesOf("eu-nowhere-1")).toBeUndefined();
  for (const region of pricedRegions) {
    for (const rates of Object.values(pricesOf(region)?.architectures ?? {})) {
      for (const plan of pricePlans) {
        const { asOf, confirmed, source } = rates[plan];
        expect(source).toContain("https://aws.amazon.com/");
        if (asOf !== null) expect([asOf, confirmed]).toEqual([expect.stringMatching(/^\d{4}-\d\d-\d\d$/), true]);
        expect(rates[plan].vcpuHour).toBeLessThanOrEqual(rates.onDemand.vcpuHour);
        expect(rates[plan].gbHour).toBeLessThanOrEqual(rates.onDemand.gbHour);
      }
    }
  }
});

it("finds the cheapest size that holds a peak with headroom", () => {
  const rate = onDemand();
  expect(rightSize({ cpuUnits: 40, memoryMiB: 100 }, 0.2, rate)).toEqual({ cpuUnits: 256, memoryMiB: 512 });
  expect(rightSize({ cpuUnits: 250, memoryMiB: 100 }, 0.2, rate)).toEqual({ cpuUnits: 512, memoryMiB: 1024 });
  expect(rightSize({ cpuUnits: 40, memoryMiB: 2_000 }, 0.2, rate)).toEqual({ cpuUnits: 512, memoryMiB: 3072 });
  expect(rightSize({ cpuUnits: 16_384, memoryMiB: 100 }, 0.2, rate)).toBeUndefined();
  for (const [cpuUnits, memories] of fargateSizes) {
    for (const memoryMiB of memories) {
      const found = rightSize({ cpuUnits, memoryMiB }, 0, rate);
      expect(found?.cpuUnits).toBeGreaterThanOrEqual(cpuUnits);
      expect(found?.memoryMiB).toBeGreaterThanOrEqual(memoryMiB);
    }
  }
});
