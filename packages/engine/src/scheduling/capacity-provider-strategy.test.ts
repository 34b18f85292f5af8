import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { splitByStrategy } from "./capacity-provider-strategy.ts";

const weight = fc.integer({ min: 0, max: 1000 });

describe("a capacity provider strategy", () => {
  test("gives the base first and the rest by weight, each within one of its share", () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(50), weight, weight, (count, base, onDemand, spot) => {
        fc.pre(onDemand + spot > 0);
        const counts = splitByStrategy(count, [
          { capacityProvider: "FARGATE", base, weight: onDemand },
          { capacityProvider: "FARGATE_SPOT", base: 0, weight: spot },
        ]);
        const fargate = counts.get("FARGATE") ?? -1;
        const fargateSpot = counts.get("FARGATE_SPOT") ?? -1;
        expect(fargate + fargateSpot).toBe(count);
        expect(fargate).toBeGreaterThanOrEqual(Math.min(base, count));
        const rest = Math.max(0, count - base);
        expect(Math.abs(fargateSpot - (rest * spot) / (onDemand + spot))).toBeLessThan(1);
      }),
    );
  });

  test("of 10 with base 1 and weights 1 and 2", () => {
    const strategy = [
      { capacityProvider: "FARGATE", base: 1, weight: 1 },
      { capacityProvider: "FARGATE_SPOT", base: 0, weight: 2 },
    ];
    expect([...splitByStrategy(10, strategy).values()]).toEqual([4, 6]);
    expect([...splitByStrategy(1, strategy).values()]).toEqual([1, 0]);
  });

  test("places on no provider what is beyond the bases where no weight is given", () => {
    expect([...splitByStrategy(5, [{ capacityProvider: "FARGATE", base: 2, weight: 0 }]).values()]).toEqual([2]);
  });
});
