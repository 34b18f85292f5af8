import type { InterfaceMembership, VpcInterfacesUpdate, VpcSpec } from "@fleetless/kernel";

const byId = (one: InterfaceMembership, other: InterfaceMembership): number => (one.id < other.id ? -1 : 1);

/** The VPC with these interfaces, in the order of their ids as a VPC's always are. All else is the very same. */
export const updateInterfaces = (vpc: VpcSpec, { changed, removed }: VpcInterfacesUpdate): VpcSpec => {
  const replaced = new Set<string>([...removed, ...changed.map(({ id }) => id)]);
  const kept = vpc.interfaces.filter(({ id }) => !replaced.has(id));
  return { ...vpc, interfaces: [...kept, ...changed].sort(byId) };
};
