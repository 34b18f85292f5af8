import { networkInterfaceId, newWorkloadId, subnetId, vpcId } from "../ids.ts";
import type { ContainerSpec, Workload } from "../node-protocol/workload.ts";

/** A container that asks for nothing special, for the tests of every room that handles containers. */
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
  ...rest,
});

/** A workload of one container of the smallest size, with an id of its own. */
export const sampleWorkload = (rest: Partial<Workload> = {}): Workload => {
  const { id = newWorkloadId() } = rest;
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
      vpcId: vpcId("vpc-01"),
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
