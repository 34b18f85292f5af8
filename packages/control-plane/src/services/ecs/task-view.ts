import type { Attachment, Container, ManagedAgent, Task, TaskOverride } from "@aws-sdk/client-ecs";
import { type ContainerStatus, type WorkloadStatus, workloadPhases } from "@fleetless/kernel";
import type { ObservedWorkload } from "../../compute/service.ts";
import type { TaskContainerRecord, TaskRecord } from "./collections.ts";
import { tagViews } from "./tags.ts";

export const fargatePlatformVersion = "1.4.0";

const date = (milliseconds: number | undefined): Date | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds);

/** Whether the node is ending the workload, or has ended it. */
export const isEnding = (status: WorkloadStatus | undefined): boolean =>
  status !== undefined && workloadPhases.indexOf(status.phase) >= workloadPhases.indexOf("DEACTIVATING");

const attachmentView = (task: TaskRecord, status: WorkloadStatus | undefined): Attachment => {
  const { networkInterface } = task;
  const detail = (name: string, value: string | undefined) => (value === undefined ? [] : [{ name, value }]);
  return {
    id: networkInterface.attachmentId,
    type: "ElasticNetworkInterface",
    status: task.releasedAt === undefined ? (status?.attachmentStatus ?? "PRECREATED") : "DELETED",
    details: [
      ...detail("subnetId", networkInterface.subnetId),
      ...detail("networkInterfaceId", networkInterface.id),
      ...detail("macAddress", networkInterface.macAddress),
      ...detail("privateDnsName", networkInterface.privateDnsName),
      ...detail("privateIPv4Address", networkInterface.privateAddress),
      ...detail("ipv6Address", networkInterface.ipv6Address),
    ],
  };
};

/** The agent lives and ends with its container. */
const executeCommandAgent = (status: ContainerStatus | undefined): ManagedAgent => ({
  name: "ExecuteCommandAgent",
  lastStatus: status?.status === "RUNNING" || status?.status === "STOPPED" ? status.status : "PENDING",
  lastStartedAt: date(status?.startedAt),
});

const containerView = (
  task: TaskRecord,
  container: TaskContainerRecord,
  status: ContainerStatus | undefined,
): Container => ({
  containerArn: container.arn,
  taskArn: task.arn,
  name: container.name,
  image: container.image,
  imageDigest: status?.imageDigest,
  ...(task.enableExecuteCommand === true ? { managedAgents: [executeCommandAgent(status)] } : {}),
  runtimeId: status?.runtimeId,
  lastStatus: status?.status === "CREATED" ? "PENDING" : (status?.status ?? "PENDING"),
  exitCode: status?.exitCode,
  reason: status?.reason,
  networkBindings: [],
  networkInterfaces: [
    {
      attachmentId: task.networkInterface.attachmentId,
      privateIpv4Address: task.networkInterface.privateAddress,
      ipv6Address: task.networkInterface.ipv6Address,
    },
  ],
  healthStatus: status?.healthStatus ?? "UNKNOWN",
  cpu: String(container.cpu),
  memory: container.memory === undefined ? undefined : String(container.memory),
  memoryReservation: container.memoryReservation === undefined ? undefined : String(container.memoryReservation),
});

/** Every container is named, whether or not something of it is overridden. */
const overridesView = ({ overrides, containers }: TaskRecord): TaskOverride => ({
  ...overrides,
  containerOverrides: containers.map(
    ({ name }) => overrides.containerOverrides?.find((override) => override.name === name) ?? { name },
  ),
  inferenceAcceleratorOverrides: overrides.inferenceAcceleratorOverrides ?? [],
});

/** A stop that was asked for is shown at once; the node notes it a little later, which must not move the time shown. */
const earliest = (asked: number | undefined, observed: number | undefined): number | undefined =>
  asked === undefined || observed === undefined ? (asked ?? observed) : Math.min(asked, observed);

/** What is known of why a task stops: what it was asked first, else what the node saw. */
const stopView = (task: TaskRecord, status: WorkloadStatus | undefined) => ({
  stopCode: status?.stopCode ?? task.stop?.code,
  stoppedReason: status?.stoppedReason ?? task.stop?.reason,
});

/** A task as DescribeTasks and RunTask show it. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html */
export const taskView = (
  task: TaskRecord,
  observed: Pick<ObservedWorkload, "status" | "changes" | "nodeLost"> | undefined,
  withTags: boolean,
): Task => {
  const status = observed?.status;
  const times = status?.times ?? {};
  const byName = new Map((status?.containers ?? []).map((container) => [container.name, container]));
  return {
    attachments: [attachmentView(task, status)],
    attributes: [{ name: "ecs.cpu-architecture", value: task.architecture === "ARM64" ? "arm64" : "x86_64" }],
    availabilityZone: task.availabilityZone,
    capacityProviderName: task.capacityProviderName,
    clusterArn: task.clusterArn,
    connectivity: observed?.nodeLost === true && status !== undefined ? "DISCONNECTED" : status?.connectivity,
    connectivityAt: date(times.connectivityAt),
    containers: task.containers.map((container) => containerView(task, container, byName.get(container.name))),
    cpu: task.cpu,
    createdAt: date(task.createdAt),
    desiredStatus: isEnding(status) ? "STOPPED" : task.desiredStatus,
    enableExecuteCommand: task.enableExecuteCommand ?? false,
    executionStoppedAt: date(times.executionStoppedAt),
    group: task.group,
    healthStatus: status?.healthStatus ?? "UNKNOWN",
    inferenceAccelerators: [],
    lastStatus: status?.phase ?? "PROVISIONING",
    launchType: task.launchType,
    memory: task.memory,
    overrides: overridesView(task),
    platformVersion: fargatePlatformVersion,
    platformFamily: "Linux",
    pullStartedAt: date(times.pullStartedAt),
    pullStoppedAt: date(times.pullStoppedAt),
    startedAt: date(times.startedAt),
    startedBy: task.startedBy,
    ...stopView(task, status),
    stoppedAt: date(times.stoppedAt),
    stoppingAt: date(earliest(task.stop?.at, times.stoppingAt)),
    tags: withTags ? tagViews(task.tags) : [],
    taskArn: task.arn,
    taskDefinitionArn: task.taskDefinitionArn,
    version: task.version + (observed?.changes ?? 0),
    ephemeralStorage: { sizeInGiB: task.ephemeralStorageGiB },
    fargateEphemeralStorage: { sizeInGiB: task.ephemeralStorageGiB },
  };
};
