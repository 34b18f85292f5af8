import { isIPv4 } from "node:net";
import {
  type ContainerSpec,
  ManualClock,
  securityGroupId,
  subnetId,
  type VpcSpec,
  type Workload,
} from "@fleetless/kernel";
import { emptyVpc, openAndClosedRoutes, openAndClosedSubnets, openNetworkAcl } from "@fleetless/kernel/testing";
import type { ConnectionDestination } from "../../network/connector-protocol.ts";
import { DialError } from "../../network/namespace-dialer.ts";
import { MemorySession } from "../../tasks/testing/memory-session.ts";
import { sampleContainer, sampleWorkload } from "../../tasks/testing/sample-workload.ts";
import { type FindHost, HostAddresses } from "../host-addresses.ts";
import { sessionByWays } from "../session-by-ways.ts";
import { TaskWays } from "../task-ways.ts";
import { wayToRegistry } from "../way-to-registry.ts";

export const vpc: VpcSpec = {
  ...emptyVpc,
  subnets: openAndClosedSubnets,
  routeTables: openAndClosedRoutes,
  networkAcls: [openNetworkAcl],
  securityGroups: [
    {
      id: securityGroupId("sg-1"),
      ingress: [],
      egress: [{ protocol: "-1", peer: { kind: "cidr", cidr: "0.0.0.0/0" } }],
    },
  ],
};

/** Names that the VPC knows itself, beside addresses; what else there is is in the world. */
const own: Readonly<Record<string, string>> = { "registry.internal": "198.51.100.7" };
export const findHost: FindHost = async (_vpc, host) => ({
  address: own[host] ?? (isIPv4(host) ? host : undefined),
  isOwn: host in own,
});
export const reachRegistry = (ways: TaskWays, workload: Workload, image: string, byProxy = false) => {
  const connect = async (_id: unknown, { host, port }: ConnectionDestination): Promise<never> => {
    throw new DialError(`dial tcp ${host}:${port}: i/o timeout`, host);
  };
  return wayToRegistry({ ways, network: { connect }, byProxy }, workload, image);
};

/** A task in the subnet that leads to the internet or in the one that does not, and the session by its ways. */
export const taskIn = (place: "open" | "closed", container: Partial<ContainerSpec>) => {
  const sample = sampleWorkload();
  const workload = sampleWorkload({
    containers: [sampleContainer("web", container)],
    networkInterface: {
      ...sample.networkInterface,
      vpcId: vpc.id,
      subnetId: subnetId(`subnet-${place}`),
      privateAddress: place === "open" ? "10.0.1.5" : "10.0.2.5",
      publicAddress: "198.51.100.5",
      securityGroupIds: [securityGroupId("sg-1")],
    },
  });
  const asked: string[] = [];
  const done = { ok: true, value: undefined } as const;
  const session = Object.assign(new MemorySession(), {
    createLogStream: async () => {
      asked.push("stream");
      return done;
    },
    putLogEvents: async () => {
      asked.push("events");
      return done;
    },
  });
  const clock = new ManualClock();
  const ways = new TaskWays({
    vpc: () => vpc,
    workload: (id) => (id === workload.id ? workload : undefined),
    hosts: new HostAddresses(clock, findHost),
    clock,
  });
  return { id: workload.id, workload, ways, asked, session: sessionByWays({ session, ways, registryPort: 4566 }) };
};
