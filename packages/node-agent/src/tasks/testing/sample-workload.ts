import {
  type ContainerSpec,
  type NodeDescription,
  networkInterfaceId,
  newWorkloadId,
  nodeId,
  subnetId,
  type VpcSpec,
  vpcId,
  type Workload,
} from "@fleetless/kernel";

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
  id: vpcId("vpc-01"),
  cidr: "10.0.0.0/16",
  region: "us-east-1",
  subnets: [],
  securityGroups: [],
  interfaces: [],
};

export const sampleContainer = (name: string, rest: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name,
  arn: `arn:aws:ecs:us-east-1:123456789012:container/${name}`,
  image: `${name}:latest`,
  essential: true,
  environment: [],
  cpuUnits: 0,
  readonlyRootFilesystem: false,
  pseudoTerminal: false,
  interactive: false,
  stopTimeoutSeconds: 30,
  dependsOn: [],
  ulimits: [],
  systemControls: [],
  linux: { initProcessEnabled: false, capabilitiesAdd: [], capabilitiesDrop: [], tmpfs: [] },
  mountPoints: [],
  volumesFrom: [],
  portMappings: [],
  labels: {},
  log: { driver: "awslogs", options: { "awslogs-group": "group" } },
  ...rest,
});

export const sampleWorkload = (rest: Partial<Workload> = {}): Workload => {
  const id = newWorkloadId();
  return {
    id,
    revision: 1,
    arn: `arn:aws:ecs:us-east-1:123456789012:task/default/${id}`,
    desiredStatus: "RUNNING",
    size: { cpuUnits: 256, memoryMiB: 512, ephemeralStorageGiB: 20 },
    isolation: "auto",
    containers: [sampleContainer("web")],
    volumes: [],
    networkInterface: {
      id: networkInterfaceId(`eni-${id}`),
      attachmentId: "attachment",
      vpcId: sampleVpc.id,
      subnetId: subnetId("subnet-01"),
      subnetCidr: "10.0.1.0/24",
      privateAddress: "10.0.1.2",
      privateDnsName: "ip-10-0-1-2.ec2.internal",
      macAddress: "02:00:00:00:00:01",
      securityGroupIds: [],
    },
    metadata: {
      cluster: "default",
      family: "demo",
      revision: "1",
      launchType: "FARGATE",
      availabilityZone: "us-east-1a",
      tags: {},
    },
    createdAt: Date.now(),
    ...rest,
  };
};
