import {
  type ContainerSpec,
  networkInterfaceId,
  newWorkloadId,
  subnetId,
  vpcId,
  type Workload,
  type WorkloadId,
} from "@fleetless/kernel";

export const logOptions = {
  "awslogs-group": "/web",
  "awslogs-region": "us-east-1",
  "awslogs-stream-prefix": "web",
};

/** A container that logs with these options, or not at all. */
export const loggingContainer = (
  options: Readonly<Record<string, string>> | undefined = logOptions,
): ContainerSpec => ({
  name: "app",
  arn: "arn:aws:ecs:us-east-1:123456789012:container/app",
  image: "app",
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
  log: { driver: "awslogs", options },
});

export const loggingWorkload = (container: ContainerSpec, id: WorkloadId = newWorkloadId()): Workload => ({
  id,
  revision: 1,
  arn: `arn:aws:ecs:us-east-1:123456789012:task/default/${id}`,
  desiredStatus: "RUNNING",
  size: { cpuUnits: 256, memoryMiB: 512, ephemeralStorageGiB: 20 },
  isolation: "auto",
  containers: [container],
  volumes: [],
  networkInterface: {
    id: networkInterfaceId("eni-1"),
    attachmentId: "attachment",
    vpcId: vpcId("vpc-1"),
    subnetId: subnetId("subnet-1"),
    subnetCidr: "172.31.0.0/20",
    privateAddress: "172.31.0.4",
    privateDnsName: "ip-172-31-0-4.ec2.internal",
    macAddress: "02:00:00:00:00:01",
    securityGroupIds: [],
  },
  metadata: {
    cluster: "default",
    family: "web",
    revision: "1",
    launchType: "FARGATE",
    availabilityZone: "us-east-1a",
    tags: {},
  },
  createdAt: 0,
});
