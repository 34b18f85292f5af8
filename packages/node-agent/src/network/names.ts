import { createHash, randomBytes } from "node:crypto";
import type { VpcId } from "@fleetless/kernel";

const digest = (text: string, digits: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, digits);

export const namespaceDirectory = "/run/netns";
export const namespacePath = (namespace: string): string => `${namespaceDirectory}/${namespace}`;

/** Every uplink's name on the machine, whichever instance made it, begins so. */
export const uplinkPrefix = "flu";
/** A task's end inside a VPC's namespace begins so. */
export const portPrefix = "t";

/** What one instance calls its things in the kernel; interface names have at most 15 characters. */
export interface NetworkNames {
  readonly hostTable: string;
  readonly vpcNamespacePrefix: string;
  readonly taskNamespacePrefix: string;
  /** Every uplink of this instance on the machine begins so. */
  readonly hostUplinkPrefix: string;
  /** Marks this instance's route for public addresses that nobody has; high, so that any other route wins. */
  readonly routeMetric: number;
  vpcNamespace(vpc: VpcId): string;
  hostUplink(vpc: VpcId): string;
  newTaskNamespace(): string;
}

/**
 * A peering's end inside either VPC's namespace begins so. What follows is new each time, since `ip` remembers which
 * device had a name.
 */
const peeringPrefix = (peeringId: string): string => `p${digest(peeringId, 6)}`;
export const newPeeringDevice = (peeringId: string): string =>
  `${peeringPrefix(peeringId)}${randomBytes(4).toString("hex")}`;
export const isPeeringDevice = (name: string): boolean => /^p[0-9a-f]{14}$/.test(name);
export const isDeviceOfPeering = (name: string, peeringId: string): boolean =>
  isPeeringDevice(name) && name.startsWith(peeringPrefix(peeringId));

/** The packet filter's table inside a VPC's namespace. */
export const vpcTable = "vpc";

export const newPortName = (): string => `${portPrefix}${randomBytes(6).toString("hex")}`;

const metricBase = 0xff000000;

/** The packet filter table of the instance whose route has this metric. */
export const hostTableOfMetric = (metric: number): string =>
  `fleetless-${Math.max(0, metric - metricBase)
    .toString(16)
    .padStart(6, "0")}`;

export const networkNames = (instance: string): NetworkNames => {
  const tag = digest(instance, 6);
  return {
    hostTable: `fleetless-${tag}`,
    vpcNamespacePrefix: `fl-${tag}-vpc-`,
    taskNamespacePrefix: `fl-${tag}-task-`,
    hostUplinkPrefix: `${uplinkPrefix}${tag}`,
    routeMetric: metricBase + Number.parseInt(tag, 16),
    vpcNamespace: (vpc) => `fl-${tag}-vpc-${vpc.replace(/^vpc-/, "")}`,
    hostUplink: (vpc) => `${uplinkPrefix}${tag}${digest(vpc, 6)}`,
    newTaskNamespace: () => `fl-${tag}-task-${randomBytes(8).toString("hex")}`,
  };
};
