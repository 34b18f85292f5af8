import { createHash } from "node:crypto";
import type { RouteTableSpec, VpcSpec } from "@fleetless/kernel";
import { type LocalInterface, localAddress } from "./compile-ruleset.ts";
import {
  everywhere,
  formatBlock,
  type IpFamily,
  linkLocalBlock,
  parseBlock,
  subnetBlock,
  vpcBlocks,
} from "./ip-family.ts";
import { type ResolvedRoute, resolveRoutes, routeTableOf } from "./routes.ts";

/** The kernel's own table of a namespace: what every packet finds that no subnet's table keeps. */
export const mainTable = 254;

/** How the VPC's namespace is wired: the devices that lead out of it and who answers on them. */
export interface RouterLinks {
  readonly uplink: { readonly device: string; readonly nextHop: string };
  /** By the peering's id; one whose other VPC is not on this machine is absent, and its routes lead nowhere. */
  readonly peerings: ReadonlyMap<string, { readonly device: string; readonly nextHop: string }>;
}

/** One route of the kernel. `throw` goes on with the main table, `blackhole` drops without a word. */
export interface KernelRoute {
  readonly table: number;
  readonly destination: string;
  readonly action:
    | { readonly kind: "throw" | "blackhole" | "unreachable" }
    | { readonly kind: "device"; readonly device: string }
    | { readonly kind: "hop"; readonly device: string; readonly nextHop: string };
}

/** Packets from the block look into the table first. */
export interface KernelRule {
  readonly source: string;
  readonly table: number;
}

/** What a VPC's namespace routes by. */
export interface Routing {
  readonly rules: readonly KernelRule[];
  readonly routes: readonly KernelRoute[];
}

const firstTable = 1_000;
const tableNumbers = 2 ** 31 - firstTable;

/** A number for each route table, the same whatever other tables there are, unless two fall together. */
export const tableNumbersOf = (ids: readonly string[]): ReadonlyMap<string, number> => {
  const taken = new Set<number>();
  const numbers = new Map<string, number>();
  for (const id of [...new Set(ids)].sort()) {
    const hash = createHash("sha256").update(id).digest().readUInt32BE(0);
    let number = firstTable + (hash % tableNumbers);
    while (taken.has(number)) number += 1;
    taken.add(number);
    numbers.set(id, number);
  }
  return numbers;
};

const actionOf = (route: ResolvedRoute, links: RouterLinks): KernelRoute["action"] => {
  const { exit } = route;
  if (exit.kind === "local") return { kind: "throw" };
  if (exit.kind === "internet" || exit.kind === "internet-outward") return { kind: "hop", ...links.uplink };
  const link = exit.kind === "peering" ? links.peerings.get(exit.id) : undefined;
  return link === undefined ? { kind: "blackhole" } : { kind: "hop", ...link };
};

const tableRoutes = (
  vpc: VpcSpec,
  table: RouteTableSpec,
  number: number,
  links: RouterLinks,
  family: IpFamily,
): readonly KernelRoute[] => {
  const linkLocal = linkLocalBlock[family];
  const resolved = resolveRoutes(vpc, table, family).map(
    (route): KernelRoute => ({ table: number, destination: route.destination, action: actionOf(route, links) }),
  );
  const known = new Set(resolved.map((route) => route.destination));
  return [
    // The router's own services are no one's to route elsewhere.
    { table: number, destination: linkLocal, action: { kind: "throw" } },
    ...resolved.filter((route) => route.destination !== linkLocal),
    ...(known.has(everywhere[family])
      ? []
      : [{ table: number, destination: everywhere[family], action: { kind: "blackhole" } } as const]),
  ];
};

/** The ways to an interface, which come and go with it. */
export const interfaceRoutes = (local: LocalInterface, family: IpFamily): readonly KernelRoute[] => {
  const address = localAddress(local, family);
  return address === undefined
    ? []
    : [
        {
          table: mainTable,
          destination: `${address}/${family === "ipv4" ? 32 : 128}`,
          action: { kind: "device", device: local.port },
        },
      ];
};

/**
 * A VPC's subnets' route tables as policy routing: packets from a subnet look into its table, which sends what is the
 * VPC's own on to the main table, where each interface has its route. Nothing else is in the main table, so that what
 * comes from outside finds interfaces only. Each family has its own; there is none where the VPC has no block of it.
 */
export const compileRoutes = (vpc: VpcSpec, links: RouterLinks, family: IpFamily = "ipv4"): Routing => {
  const own = vpcBlocks(vpc, family);
  if (own.length === 0) return { rules: [], routes: [] };
  const subnets = vpc.subnets.filter((subnet) => subnetBlock(subnet, family) !== undefined);
  const used = new Map(subnets.map((subnet) => [subnet.routeTableId, routeTableOf(vpc, subnet)]));
  const numbers = tableNumbersOf([...used.keys()]);
  const numberOf = (id: string): number => numbers.get(id) ?? mainTable;
  return {
    rules: subnets.flatMap((subnet) => {
      const block = parseBlock(subnetBlock(subnet, family) ?? "", family);
      return block === undefined ? [] : [{ source: formatBlock(block), table: numberOf(subnet.routeTableId) }];
    }),
    routes: [
      ...[...own, linkLocalBlock[family]].flatMap((cidr): readonly KernelRoute[] => {
        const block = parseBlock(cidr, family);
        return block === undefined
          ? []
          : [{ table: mainTable, destination: formatBlock(block), action: { kind: "unreachable" } }];
      }),
      { table: mainTable, destination: everywhere[family], action: { kind: "blackhole" } },
      ...[...used.values()].flatMap((table) => tableRoutes(vpc, table, numberOf(table.id), links, family)),
    ],
  };
};
