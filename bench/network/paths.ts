import { networkInterfaceId, subnetId, type VpcSpec } from "@fleetless/kernel";
import { namespacePath } from "../../packages/node-agent/src/network/names.ts";
import { runIp } from "../../packages/node-agent/src/network/namespace.ts";
import {
  allTraffic,
  execute,
  group,
  interfaceIn,
  type NetworkFixture,
  vpcWith,
} from "../../tests/integration/network/fixture.ts";
import { startDocker } from "../launch/docker.ts";
import type { Place } from "./traffic.ts";

type Stops = (() => void | Promise<void>)[];

interface Path {
  readonly client: Place;
  readonly world: Place;
}

const tag = String(process.pid);
/** By which the machine reaches the world of `addressTranslated`. */
export const worldDevice = `bw${tag}`;

const addNamespace = async (name: string, stops: Stops): Promise<void> => {
  await runIp([`netns add ${name}`]);
  stops.push(() => runIp([`netns del ${name}`]));
  await runIp(["link set lo up"], name);
};

const forward = async (namespace: string): Promise<void> => {
  await execute(undefined, ["ip", "netns", "exec", namespace, "sysctl", "-q", "-w", "net.ipv4.ip_forward=1"]);
};

/** A namespace that stands for the world, at the end of a device of this machine. */
export const worldOf = async (stops: Stops): Promise<Place> => {
  const [world, device] = [`bench-world-${tag}`, worldDevice];
  await addNamespace(world, stops);
  await runIp([`link add ${device} type veth peer name eth0 netns ${world}`]);
  await runIp([`addr add 198.51.100.1/24 dev ${device}`, `link set ${device} up`]);
  await runIp(["addr add 198.51.100.2/24 dev eth0", "link set eth0 up", "route add default via 198.51.100.1"], world);
  return { networkNamespacePath: namespacePath(world), address: "198.51.100.2" };
};

const subnet = (name: string, third: number): VpcSpec["subnets"][number] => ({
  id: subnetId(`subnet-${name}`),
  cidr: `10.0.${third}.0/24`,
  availabilityZone: "us-east-1a",
  routeTableId: `rtb-${name}`,
  networkAclId: "acl-1",
});

/** From a task in a private subnet through a NAT gateway and this machine to the world. */
export const addressTranslated = async (
  fixture: NetworkFixture,
): Promise<{ readonly client: Place; readonly vpc: VpcSpec }> => {
  const open = group([allTraffic]);
  const vpc: VpcSpec = {
    ...vpcWith([open]),
    subnets: [subnet("public", 1), subnet("private", 2)],
    routeTables: [
      { id: "rtb-public", routes: [{ destination: "0.0.0.0/0", target: { kind: "internet-gateway", id: "igw-1" } }] },
      { id: "rtb-private", routes: [{ destination: "0.0.0.0/0", target: { kind: "nat-gateway", id: "nat-1" } }] },
    ],
    natGateways: [
      {
        id: "nat-1",
        subnetId: subnetId("subnet-public"),
        connectivity: "public",
        networkInterfaceId: networkInterfaceId("eni-nat"),
        privateAddress: "10.0.1.200",
        publicAddress: `${fixture.publicPrefix}.20`,
      },
    ],
  };
  await fixture.network.apply([vpc]);
  const task = await fixture.attach(interfaceIn(vpc, "10.0.2.10", [open]));
  return { client: { ...task.attached, address: task.address }, vpc };
};

/** As many namespaces, veths and routes one after the other, without any rule: a task's, a VPC's, the machine's, the world's. */
export const barePath = async (stops: Stops): Promise<Path> => {
  const names = ["task", "vpc", "machine", "beyond"].map((name) => `bench-${name}-${tag}`);
  for (const name of names) await addNamespace(name, stops);
  const [task = "", vpc = "", machine = "", beyond = ""] = names;
  const link = async (left: string, right: string, third: number): Promise<void> => {
    await runIp([`link add right netns ${left} type veth peer name left netns ${right}`]);
    await runIp([`addr add 10.213.${third}.1/24 dev right`, "link set right up"], left);
    await runIp([`addr add 10.213.${third}.2/24 dev left`, "link set left up"], right);
  };
  await link(task, vpc, 1);
  await link(vpc, machine, 2);
  await link(machine, beyond, 3);
  for (const router of [vpc, machine]) await forward(router);
  await runIp(["route add default via 10.213.1.2"], task);
  await runIp(["route add default via 10.213.2.2"], vpc);
  await runIp(["route add default via 10.213.2.1"], machine);
  await runIp(["route add default via 10.213.3.1"], beyond);
  return {
    client: { networkNamespacePath: namespacePath(task), address: "10.213.1.1" },
    world: { networkNamespacePath: namespacePath(beyond), address: "10.213.3.2" },
  };
};

/** Two containers on a bridge of Docker's, or why there are none. */
export const betweenContainers = async (
  stops: Stops,
): Promise<{ readonly client: Place; readonly server: Place } | { readonly reason: string }> => {
  const docker = await startDocker();
  if ("reason" in docker) return docker;
  stops.push(() => docker.close());
  return { client: docker.place(), server: docker.place() };
};
