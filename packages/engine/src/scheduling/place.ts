import type { NodeId, WorkloadSize } from "@fleetless/kernel";

export interface NodeRoom {
  readonly id: NodeId;
  /** The zones whose subnets the node serves; undefined where it serves all of them. */
  readonly zones?: readonly string[];
  readonly architecture: "X86_64" | "ARM64";
  readonly isolations: readonly ("gvisor" | "runc")[];
  /** What no workload has taken yet. */
  readonly free: WorkloadSize;
}

export interface ZoneLoad {
  readonly name: string;
  /** Workloads of the same group that are in the zone already. */
  readonly workloads: number;
}

export interface PlacementRequest {
  readonly count: number;
  readonly size: WorkloadSize;
  readonly isolation: "auto" | "gvisor" | "runc";
  readonly architecture: "X86_64" | "ARM64";
}

export interface Placement {
  readonly nodeId: NodeId;
  readonly zone: string;
}

export interface PlacementResult {
  readonly placements: readonly Placement[];
  /** One failure stands for each workload for which there was no room. */
  readonly unplaced: number;
  readonly reason?: string;
}

export const capacityUnavailable =
  "Capacity is unavailable at this time. Please try again later or in a different availability zone";

interface Candidate {
  readonly node: NodeRoom;
  free: WorkloadSize;
  placed: number;
}

const fits = (size: WorkloadSize, free: WorkloadSize): boolean =>
  size.cpuUnits <= free.cpuUnits &&
  size.memoryMiB <= free.memoryMiB &&
  size.ephemeralStorageGiB <= free.ephemeralStorageGiB;

const minus = (free: WorkloadSize, size: WorkloadSize): WorkloadSize => ({
  cpuUnits: free.cpuUnits - size.cpuUnits,
  memoryMiB: free.memoryMiB - size.memoryMiB,
  ephemeralStorageGiB: free.ephemeralStorageGiB - size.ephemeralStorageGiB,
});

/** How many more of the size there is room for: the more, the emptier the node. */
const roomFor = (size: WorkloadSize, free: WorkloadSize): number =>
  Math.min(
    free.cpuUnits / Math.max(1, size.cpuUnits),
    free.memoryMiB / Math.max(1, size.memoryMiB),
    free.ephemeralStorageGiB / Math.max(1, size.ephemeralStorageGiB),
  );

const serves = (node: NodeRoom, zone: string): boolean => node.zones === undefined || node.zones.includes(zone);

const mayRun = (request: PlacementRequest, node: NodeRoom): boolean =>
  node.architecture === request.architecture &&
  (request.isolation === "auto" ? node.isolations.length > 0 : node.isolations.includes(request.isolation));

/** The node that has been given the fewest of this request, and of those the emptiest. */
const best = (candidates: readonly Candidate[], size: WorkloadSize): Candidate | undefined =>
  candidates.reduce<Candidate | undefined>((chosen, candidate) => {
    if (chosen === undefined || candidate.placed < chosen.placed) return candidate;
    if (candidate.placed > chosen.placed) return chosen;
    return roomFor(size, candidate.free) > roomFor(size, chosen.free) ? candidate : chosen;
  }, undefined);

/**
 * Finds room for `count` workloads of one size: each goes to the zone with the fewest of them in which there
 * is room, and there to the node with the fewest. Places as many as fit. `zones` are those of the subnets that
 * the request names, in order of preference.
 */
export const place = (
  request: PlacementRequest,
  nodes: readonly NodeRoom[],
  zones: readonly ZoneLoad[],
): PlacementResult => {
  const candidates: readonly Candidate[] = nodes
    .filter((node) => mayRun(request, node))
    .map((node) => ({ node, free: node.free, placed: 0 }));
  const loads = new Map(zones.map((zone) => [zone.name, zone.workloads]));
  const placements: Placement[] = [];
  for (let index = 0; index < request.count; index += 1) {
    const withRoom = candidates.filter((candidate) => fits(request.size, candidate.free));
    const [zone] = [...loads]
      .filter(([name]) => withRoom.some((candidate) => serves(candidate.node, name)))
      .sort(([, left], [, right]) => left - right);
    if (zone === undefined) break;
    const [name, load] = zone;
    const chosen = best(
      withRoom.filter((candidate) => serves(candidate.node, name)),
      request.size,
    );
    if (chosen === undefined) break;
    chosen.free = minus(chosen.free, request.size);
    chosen.placed += 1;
    loads.set(name, load + 1);
    placements.push({ nodeId: chosen.node.id, zone: name });
  }
  const unplaced = request.count - placements.length;
  return { placements, unplaced, ...(unplaced === 0 ? {} : { reason: capacityUnavailable }) };
};
