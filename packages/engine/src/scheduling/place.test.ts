import { nodeId, type WorkloadSize } from "@fleetless/kernel";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { capacityUnavailable, type NodeRoom, type PlacementRequest, place, type ZoneLoad } from "./place.ts";

const size: fc.Arbitrary<WorkloadSize> = fc.record({
  cpuUnits: fc.integer({ min: 0, max: 4096 }),
  memoryMiB: fc.integer({ min: 0, max: 8192 }),
  ephemeralStorageGiB: fc.integer({ min: 0, max: 200 }),
});
const zoneNames = ["a", "b", "c"];
const node = fc.record({
  zones: fc.option(fc.subarray(zoneNames, { minLength: 1 }), { nil: undefined }),
  architecture: fc.constantFrom("X86_64" as const, "ARM64" as const),
  isolations: fc.subarray(["gvisor" as const, "runc" as const]),
  free: size,
});
const nodes: fc.Arbitrary<readonly NodeRoom[]> = fc.array(node, { maxLength: 6 }).map((drafts) =>
  drafts.map(({ zones, ...rest }, index) => ({
    id: nodeId(`node-${index}`),
    ...rest,
    ...(zones === undefined ? {} : { zones }),
  })),
);
const request: fc.Arbitrary<PlacementRequest> = fc.record({
  count: fc.integer({ min: 1, max: 10 }),
  size: fc.record({
    cpuUnits: fc.constantFrom(256, 512, 1024),
    memoryMiB: fc.constantFrom(512, 1024, 2048),
    ephemeralStorageGiB: fc.constantFrom(20, 30),
  }),
  isolation: fc.constantFrom("auto" as const, "gvisor" as const, "runc" as const),
  architecture: fc.constantFrom("X86_64" as const, "ARM64" as const),
});
const zones: fc.Arbitrary<readonly ZoneLoad[]> = fc
  .subarray(zoneNames)
  .map((names) => names.map((name) => ({ name, workloads: 0 })));

const roomLeft = (free: WorkloadSize, taken: WorkloadSize, times: number): boolean =>
  free.cpuUnits >= taken.cpuUnits * times &&
  free.memoryMiB >= taken.memoryMiB * times &&
  free.ephemeralStorageGiB >= taken.ephemeralStorageGiB * times;

describe("placement", () => {
  test("never goes over a node's capacity, and fails only where nothing fits", () => {
    fc.assert(
      fc.property(request, nodes, zones, (wanted, room, load) => {
        const { placements, unplaced, reason } = place(wanted, room, load);
        expect(placements.length + unplaced).toBe(wanted.count);
        expect(reason).toBe(unplaced === 0 ? undefined : capacityUnavailable);
        const suitable = room.filter(
          (candidate) =>
            candidate.architecture === wanted.architecture &&
            (wanted.isolation === "auto"
              ? candidate.isolations.length > 0
              : candidate.isolations.includes(wanted.isolation)) &&
            load.some((zone) => candidate.zones?.includes(zone.name) ?? true),
        );
        for (const placement of placements) {
          const candidate = suitable.find(({ id }) => id === placement.nodeId);
          expect(candidate?.zones ?? zoneNames).toContain(placement.zone);
          expect(load.map((zone) => zone.name)).toContain(placement.zone);
        }
        for (const candidate of suitable) {
          const placed = placements.filter(({ nodeId: id }) => id === candidate.id).length;
          if (placed > 0) expect(roomLeft(candidate.free, wanted.size, placed)).toBe(true);
          if (unplaced > 0) expect(roomLeft(candidate.free, wanted.size, placed + 1)).toBe(false);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("spreads over zones, the emptiest first, and over nodes", () => {
    const free = { cpuUnits: 4096, memoryMiB: 8192, ephemeralStorageGiB: 200 };
    const machine = { architecture: "X86_64", isolations: ["runc"], free } as const;
    const room = [
      { ...machine, id: nodeId("one") },
      { ...machine, id: nodeId("two") },
    ];
    const wanted = {
      count: 4,
      size: { cpuUnits: 256, memoryMiB: 512, ephemeralStorageGiB: 20 },
      isolation: "auto",
      architecture: "X86_64",
    } as const;
    const load = [
      { name: "a", workloads: 1 },
      { name: "b", workloads: 0 },
      { name: "c", workloads: 0 },
    ];
    const { placements } = place(wanted, room, load);
    expect(placements.map(({ zone }) => zone)).toEqual(["b", "c", "a", "b"]);
    expect(placements.map(({ nodeId: id }) => id)).toEqual(["one", "two", "one", "two"]);
  });
});
