import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CpuShares, cpuInside } from "./cpu-shares.ts";

const times = (cpuNanoseconds: number) => ({ cpuNanoseconds, cpuUserNanoseconds: 0, cpuSystemNanoseconds: 0 });

describe("the CPU time of a sandbox", () => {
  it("is parted as the sandbox's clock says, time by time", () => {
    const shares = new CpuShares();
    const first = shares.read(
      times(1000),
      new Map([
        ["a", 300],
        ["b", 100],
      ]),
    );
    expect([first.get("a")?.cpuNanoseconds, first.get("b")?.cpuNanoseconds]).toEqual([750, 250]);
    const second = shares.read(
      times(2000),
      new Map([
        ["a", 300],
        ["b", 9000],
      ]),
    );
    expect([second.get("a")?.cpuNanoseconds, second.get("b")?.cpuNanoseconds]).toEqual([750, 1250]);
    const unknown = shares.read(
      times(2100),
      new Map([
        ["a", undefined],
        ["b", 9001],
      ]),
    );
    expect([unknown.get("a")?.cpuNanoseconds, unknown.get("b")?.cpuNanoseconds]).toEqual([750, 1350]);
    const idle = shares.read(
      times(2200),
      new Map([
        ["a", 300],
        ["b", 9001],
      ]),
    );
    expect([idle.get("a")?.cpuNanoseconds, idle.get("b")?.cpuNanoseconds]).toEqual([800, 1400]);
  });

  it("never shrinks for a container, and is given out once and whole", () => {
    const reading = fc.record({ ran: fc.nat(1e9), a: fc.nat(1e9), b: fc.nat(1e9), known: fc.boolean() });
    fc.assert(
      fc.property(fc.array(reading, { maxLength: 20 }), (readings) => {
        const shares = new CpuShares();
        let [total, a, b] = [0, 0, 0];
        let before = [0, 0];
        for (const next of readings) {
          [total, a, b] = [total + next.ran, a + next.a, b + next.b];
          const parts = shares.read(
            times(total),
            new Map([
              ["a", next.known ? a : undefined],
              ["b", b],
            ]),
          );
          const now = ["a", "b"].map((id) => parts.get(id)?.cpuNanoseconds ?? 0);
          now.forEach((part, index) => {
            expect(part).toBeGreaterThanOrEqual(before[index] ?? 0);
          });
          const sum = now.reduce((one, other) => one + other, 0);
          expect(sum).toBeLessThanOrEqual(total);
          expect(sum).toBeGreaterThan(total - 2 * readings.length - 1);
          before = now;
        }
      }),
    );
  });
});

it("reads what runsc prints", () => {
  expect(cpuInside('{"type":"stats","id":"x","data":{"cpu":{"usage":{"total":47720378}},"memory":{}}}')).toBe(
    47_720_378,
  );
  expect(cpuInside("loading container: file does not exist")).toBeUndefined();
});
