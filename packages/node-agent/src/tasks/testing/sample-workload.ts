import {
  type ContainerSpec,
  type NodeDescription,
  nodeId,
  type VpcSpec,
  vpcId,
  type Workload,
} from "@fleetless/kernel";
import {
  emptyVpc,
  sampleContainer as plainContainer,
  sampleWorkload as plainWorkload,
} from "@fleetless/kernel/testing";

export const sampleNode: NodeDescription = {
  id: nodeId("node-1"),
  hostname: "node-1",
  cpuUnits: 2048,
  memoryMiB: 4096,
  storageGiB: 100,
  architecture: "X86_64",
  isolations: ["runc"],
};

export const sampleVpc: VpcSpec = {
  ...emptyVpc,
  id: vpcId("vpc-01"),
};

/** A container that logs. */
export const sampleContainer = (name: string, rest: Partial<ContainerSpec> = {}): ContainerSpec =>
  plainContainer(name, { log: { driver: "awslogs", options: { "awslogs-group": "group" } }, ...rest });

export const sampleWorkload = (rest: Partial<Workload> = {}): Workload =>
  plainWorkload({ containers: [sampleContainer("web")], ...rest });
