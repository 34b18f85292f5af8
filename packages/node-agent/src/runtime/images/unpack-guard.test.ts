import { expect, it } from "vitest";
import { defaultUnpackLimits, excessOf } from "./unpack-guard.ts";

const gibibyte = 1024 ** 3;
const nothing = { size: 0, inodes: 0 };
const layer = (size: number) => ({
  media_type: "application/vnd.oci.image.layer.v1.tar+gzip",
  digest: "sha256:0",
  size,
});
const excess = (packed: number, size: number, inodes = 10, below = nothing): string | undefined =>
  excessOf(layer(packed), { size, inodes }, below, defaultUnpackLimits)?.message;

it("takes what images are: large, and packed several times smaller", () => {
  expect(excess(6 * gibibyte, 20 * gibibyte, 400_000)).toBeUndefined();
  expect(excess(1_000_000, gibibyte)).toBeUndefined();
});

it("refuses what no genuine layer is, and what no task could hold", () => {
  expect(excess(10_000_000, 4 * gibibyte)).toMatch(/^layer sha256:0 of 10 MiB unpacks to more than 1978 MiB/);
  expect(excess(90 * gibibyte, 150 * gibibyte, 10, { size: 60 * gibibyte, inodes: 10 })).toMatch(/204800 MiB/);
  expect(excess(gibibyte, gibibyte, 600_000, { size: 0, inodes: 500_000 })).toMatch(/1000000 files/);
});
