import type { NodeDescription, NodeId, WorkloadSize } from "@fleetless/kernel";
import { addSize, sizeOfNode, subtractSize } from "./capacity.ts";
import type { PlacementRequest } from "./service.ts";

interface Candidate {
  readonly description: NodeDescription;
  readonly allocated: WorkloadSize;
}

const fits = (node: NodeDescription, allocated: WorkloadSize, request: PlacementRequest): boolean => {
  const { cpuUnits, memoryMiB, ephemeralStorageGiB } = addSize(allocated, request.size);
  const suits = request.isolation === "auto" ? node.isolations.length > 0 : node.isolations.includes(request.isolation);
  const room = cpuUnits <= node.cpuUnits && memoryMiB <= node.memoryMiB && ephemeralStorageGiB <= node.storageGiB;
  return suits && room && node.architecture === request.architecture;
};

/** For each request the machine with the most free memory that has room for it, or undefined. */
export const placeOnNodes = (
  candidates: readonly Candidate[],
  requests: readonly PlacementRequest[],
): readonly (NodeId | undefined)[] => {
  const allocated = new Map(candidates.map((candidate) => [candidate.description.id, candidate.allocated]));
  return requests.map((request) => {
    let best: { readonly node: NodeDescription; readonly free: number; readonly used: WorkloadSize } | undefined;
    for (const { description: node, allocated: before } of candidates) {
      const used = allocated.get(node.id) ?? before;
      const free = subtractSize(sizeOfNode(node), used).memoryMiB;
      if (fits(node, used, request) && (best === undefined || free > best.free)) best = { node, free, used };
    }
    if (best === undefined) return undefined;
    allocated.set(best.node.id, addSize(best.used, request.size));
    return best.node.id;
  });
};
