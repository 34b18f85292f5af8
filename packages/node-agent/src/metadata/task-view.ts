import type { ContainerSpec, ContainerStatus } from "@fleetless/kernel";
import type { MetadataSubject } from "./contract.ts";

export interface StorageMetrics {
  readonly usedMiB: number;
  readonly reservedMiB: number;
}

const time = (milliseconds: number | undefined): string | undefined =>
  milliseconds === undefined ? undefined : new Date(milliseconds).toISOString();

/** The members that have a value: an absent one is left out, as the endpoint does, never null. */
const present = (members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));

/** What it says of the family that the interface has no address of is left out. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4-fargate.html */
const networkView = ({ workload, attached }: MetadataSubject): Readonly<Record<string, unknown>> => {
  const { privateAddress, subnetCidr, ipv6Address, ipv6SubnetCidr, macAddress, privateDnsName } =
    workload.networkInterface;
  const gateway = (cidr: string): string => `${attached.gatewayAddress}/${cidr.split("/")[1] ?? ""}`;
  return present({
    NetworkMode: "awsvpc",
    IPv4Addresses: privateAddress === undefined ? undefined : [privateAddress],
    IPv6Addresses: ipv6Address === undefined ? undefined : [ipv6Address],
    AttachmentIndex: 0,
    MACAddress: macAddress,
    IPv4SubnetCIDRBlock: subnetCidr,
    IPv6SubnetCIDRBlock: ipv6SubnetCidr,
    DomainNameServers: attached.nameservers,
    DomainNameSearchList: attached.searchDomains,
    PrivateDNSName: privateDnsName,
    SubnetGatewayIpv4Address: subnetCidr === undefined ? undefined : gateway(subnetCidr),
    SubnetGatewayIPV6Address: subnetCidr === undefined ? gateway(ipv6SubnetCidr ?? "") : undefined,
  });
};

const healthView = (container: ContainerSpec, status: ContainerStatus | undefined) =>
  container.healthCheck === undefined
    ? undefined
    : present({
        status: status?.healthStatus ?? "UNKNOWN",
        statusSince: time(status?.healthSince),
        exitCode: status?.healthStatus === "HEALTHY" ? 0 : undefined,
        output: status?.healthOutput,
      });

const logOptions = (subject: MetadataSubject, container: ContainerSpec) => {
  const options = container.log?.options;
  const prefix = options?.["awslogs-stream-prefix"];
  if (options === undefined || prefix === undefined) return options;
  return { ...options, "awslogs-stream": `${prefix}/${container.name}/${subject.workload.id}` };
};

const labels = (subject: MetadataSubject, container: ContainerSpec): Readonly<Record<string, string>> => ({
  ...container.labels,
  "com.amazonaws.ecs.cluster": subject.workload.metadata.cluster,
  "com.amazonaws.ecs.container-name": container.name,
  "com.amazonaws.ecs.task-arn": subject.workload.arn,
  "com.amazonaws.ecs.task-definition-family": subject.workload.metadata.family,
  "com.amazonaws.ecs.task-definition-version": subject.workload.metadata.revision,
});

const nonEmpty = <Item>(items: readonly Item[]): readonly Item[] | undefined =>
  items.length === 0 ? undefined : items;

/** One container as `${ECS_CONTAINER_METADATA_URI_V4}` shows it. */
export const containerView = (
  subject: MetadataSubject,
  container: ContainerSpec,
): Readonly<Record<string, unknown>> => {
  const status = subject.status.containers.find((each) => each.name === container.name);
  const image = subject.images.get(container.name);
  return present({
    DockerId: status?.runtimeId,
    Name: container.name,
    DockerName: container.name,
    Image: container.image,
    ImageID: image?.imageId,
    Ports: nonEmpty(
      container.portMappings.map((mapping) => ({ ContainerPort: mapping.containerPort, Protocol: mapping.protocol })),
    ),
    Labels: labels(subject, container),
    DesiredStatus: subject.workload.desiredStatus,
    KnownStatus: status?.status ?? "PENDING",
    ExitCode: status?.exitCode,
    Limits: present({ CPU: container.cpuUnits, Memory: container.memoryMiB }),
    CreatedAt: time(status?.createdAt),
    StartedAt: time(status?.startedAt),
    FinishedAt: time(status?.finishedAt),
    Type: "NORMAL",
    Health: healthView(container, status),
    Volumes: nonEmpty(
      container.mountPoints.map((mount) => ({ DockerName: mount.sourceVolume, Destination: mount.containerPath })),
    ),
    LogDriver: container.log?.driver,
    LogOptions: logOptions(subject, container),
    ContainerARN: container.arn,
    Networks: [networkView(subject)],
    Snapshotter: "overlayfs",
    RestartCount: container.restartPolicy === undefined ? undefined : (status?.restartCount ?? 0),
  });
};

/** The task as `${ECS_CONTAINER_METADATA_URI_V4}/task` shows it; `now` in milliseconds since the epoch. */
export const taskView = (
  subject: MetadataSubject,
  storage: StorageMetrics,
  now: number,
): Readonly<Record<string, unknown>> => {
  const { workload, status } = subject;
  const { metadata, size } = workload;
  return present({
    Cluster: metadata.cluster,
    TaskARN: workload.arn,
    Family: metadata.family,
    Revision: metadata.revision,
    DesiredStatus: workload.desiredStatus,
    KnownStatus: status.phase,
    Limits: { CPU: size.cpuUnits / 1024, Memory: size.memoryMiB },
    PullStartedAt: time(status.times.pullStartedAt),
    PullStoppedAt: time(status.times.pullStoppedAt),
    ExecutionStoppedAt: time(status.times.executionStoppedAt),
    AvailabilityZone: metadata.availabilityZone,
    LaunchType: metadata.launchType,
    ServiceName: metadata.serviceName,
    Group: metadata.group,
    Containers: workload.containers.map((container) => containerView(subject, container)),
    // How far the machine's clock is off is not known to the agent, which ECS words like this.
    ClockDrift: { ReferenceTimestamp: time(now), ClockSynchronizationStatus: "NOT_SYNCHRONIZED" },
    EphemeralStorageMetrics: { Utilized: storage.usedMiB, Reserved: storage.reservedMiB },
    FaultInjectionEnabled: workload.faultInjection ?? false,
  });
};
