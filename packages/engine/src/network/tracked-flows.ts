import type { VpcSpec } from "@fleetless/kernel";
import type { Flow } from "./flow.ts";
import { familyOf, isInBlock, linkLocalBlock } from "./ip-family.ts";
import { decideFlow } from "./reachability.ts";
import { ipv6ResolverAddress } from "./router-options.ts";
import { subnetOfAddress } from "./routes.ts";

/** A connection that the kernel remembers: as its first packet had it, and as the answers have it. */
export interface TrackedFlow {
  readonly protocol: number;
  readonly original: FlowEnds;
  readonly reply: FlowEnds;
  readonly icmpType?: number;
  readonly icmpCode?: number;
  readonly icmpId?: number;
}

export interface FlowEnds {
  readonly source: string;
  readonly destination: string;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
}

const flowOf = ({ protocol, original, reply, icmpType, icmpCode }: TrackedFlow): Flow => ({
  source: original.source,
  destination: reply.source,
  protocol,
  ...(reply.sourcePort === undefined ? {} : { destinationPort: reply.sourcePort }),
  ...(icmpType === undefined ? {} : { icmpType }),
  ...(icmpCode === undefined ? {} : { icmpCode }),
});

/** The router's own addresses: what it answers itself, no group and no route decides. */
const isRouters = (vpc: VpcSpec, address: string): boolean => {
  const family = familyOf(address);
  if (isInBlock(linkLocalBlock[family], address)) return true;
  if (family === "ipv6") return address === ipv6ResolverAddress;
  if (vpc.interfaces.some((each) => each.privateAddress === address)) return false;
  return isInBlock(`${vpc.cidr.replace(/\/.*/, "")}/30`, address) || isSubnetsGateway(vpc, address);
};

const isSubnetsGateway = (vpc: VpcSpec, address: string): boolean => {
  const cidr = subnetOfAddress(vpc, address)?.cidr;
  return cidr !== undefined && isInBlock(`${cidr.replace(/\/.*/, "")}/30`, address);
};

/**
 * The connections that would not come about today as they stand: their groups, routes or gateways have changed since.
 * Network ACLs are not asked, since they forget nothing and are asked about every packet.
 */
export const refusedFlows = <Tracked extends TrackedFlow>(
  vpc: VpcSpec,
  flows: readonly Tracked[],
): readonly Tracked[] => {
  const open: VpcSpec = { ...vpc, networkAcls: [] };
  const known = new Map<string, string | undefined>();
  const seenSource = (flow: Flow): string | undefined => {
    const key = JSON.stringify(flow);
    if (!known.has(key)) known.set(key, decideFlow(open, flow).arrives?.source);
    return known.get(key);
  };
  const publicOf = new Map(vpc.interfaces.map((each) => [each.privateAddress, each.publicAddress]));
  return flows.filter((tracked) => {
    const flow = flowOf(tracked);
    if (isRouters(vpc, flow.destination)) return false;
    const called = tracked.original.destination;
    const isTranslated = called !== flow.destination;
    return (
      seenSource(flow) !== tracked.reply.destination || (isTranslated && publicOf.get(flow.destination) !== called)
    );
  });
};

/**
 * Whether anything in `next` may refuse what `previous` let through, told by identity: interfaces that are only added
 * never do.
 */
export const mayRefuseFlows = (previous: VpcSpec, next: VpcSpec): boolean => {
  const parts = [
    "securityGroups",
    "prefixLists",
    "routeTables",
    "subnets",
    "natGateways",
    "peerings",
    "secondaryCidrs",
    "ipv6Cidrs",
  ] as const;
  if (parts.some((part) => previous[part] !== next[part])) return true;
  const after = new Set(next.interfaces);
  return previous.interfaces.some((member) => !after.has(member));
};
