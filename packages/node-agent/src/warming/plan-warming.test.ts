import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dueAt, lackOfRoom, lookUpAgain, nextWarming, type WarmState } from "./plan-warming.ts";

const own = (id: string, digest = "sha256:1") => ({ id, reference: `own/${id}`, digest });
const elsewhere = (id: string) => ({ id, reference: `elsewhere/${id}` });
const state = (changes: Partial<WarmState>): WarmState => ({
  reference: "any",
  state: "ready",
  bytes: 0,
  failures: 0,
  at: 1_000,
  ...changes,
});
const gibibyte = 1024 ** 3;

describe("an image that is to be ready", () => {
  it("is due until it is ready, and again when our registry has another", () => {
    expect(dueAt(own("a"), undefined)).toBe(0);
    expect(dueAt(own("a"), state({ digest: "sha256:1" }))).toBe(Number.POSITIVE_INFINITY);
    expect(dueAt(own("a", "sha256:2"), state({ digest: "sha256:1" }))).toBe(0);
  });

  it("is looked up again after an hour where it is another registry's", () => {
    expect(dueAt(elsewhere("a"), state({}))).toBe(1_000 + lookUpAgain);
  });

  it("is tried again later and later, at once where the registry has got another, and after an hour at the latest", () => {
    const failed = (failures: number) => state({ state: "failed", failures, digest: "sha256:1" });
    const waits = [1, 2, 3, 20].map((failures) => dueAt(own("a"), failed(failures)) - 1_000);
    expect(waits).toEqual([15_000, 30_000, 60_000, 3_600_000]);
    expect(dueAt(own("a", "sha256:2"), failed(20))).toBe(0);
  });

  it("is taken in the order of the list, and where none is due the plan says when one will be", () => {
    const images = [own("a"), elsewhere("b"), own("c")];
    const ready = state({ digest: "sha256:1" });
    expect(nextWarming(images, new Map([["a", ready]]), 5_000)).toEqual({ image: images[1] });
    const states = new Map([
      ["a", ready],
      ["b", state({ at: 4_000 })],
      ["c", state({ state: "failed", failures: 1, digest: "sha256:1", at: 4_000 })],
    ]);
    expect(nextWarming(images, states, 5_000)).toEqual({ after: 14_000 });
    expect(nextWarming([], states, 5_000)).toEqual({ after: Number.POSITIVE_INFINITY });
  });

  it("is never named while it is not due", () => {
    const states = fc.record({
      state: fc.constantFrom<WarmState["state"]>("waiting", "fetching", "ready", "failed"),
      digest: fc.constantFrom(undefined, "sha256:1", "sha256:2"),
      failures: fc.integer({ min: 1, max: 40 }),
      at: fc.nat(1_000_000),
    });
    fc.assert(
      fc.property(fc.array(states, { maxLength: 6 }), fc.nat(10_000_000), (all, now) => {
        const images = all.map((_, index) => (index % 2 === 0 ? own(String(index)) : elsewhere(String(index))));
        const known = new Map(all.map((each, index) => [String(index), state(each)]));
        const next = nextWarming(images, known, now);
        if ("image" in next) expect(dueAt(next.image, known.get(next.image.id))).toBeLessThanOrEqual(now);
        else expect(images.every((image) => dueAt(image, known.get(image.id)) > now)).toBe(true);
      }),
    );
  });
});

describe("the disk", () => {
  it("keeps a tenth or five gibibytes free of what nobody has asked for", () => {
    const disk = { size: 500 * gibibyte, free: 6 * gibibyte };
    expect(lackOfRoom(disk, 0.25 * gibibyte)).toBeUndefined();
    expect(lackOfRoom(disk, 0.26 * gibibyte)).toBe(
      "it may take 1064 MiB of the disk, of which 1024 MiB may be used ahead of need",
    );
    expect(lackOfRoom({ size: 10 * gibibyte, free: gibibyte }, 1)).toContain("of which 0 MiB may be used");
  });
});
