import type { ContainerDefinition } from "@aws-sdk/client-ecs";
import type { ContainerSpec, Isolation, Workload } from "@fleetless/kernel";
import type { TaskRecord } from "./collections.ts";
import type { EffectiveDefinition } from "./overrides.ts";
import { secretFilePaths } from "./task-definition/secret-files.ts";

/** ECS's default for a container that names no stopTimeout, in seconds. */
const defaultStopTimeout = 30;

const healthCheckOf = ({ healthCheck }: ContainerDefinition): Pick<ContainerSpec, "healthCheck"> =>
  healthCheck === undefined
    ? {}
    : {
        healthCheck: {
          command: healthCheck.command ?? [],
          intervalSeconds: healthCheck.interval ?? 30,
          timeoutSeconds: healthCheck.timeout ?? 5,
          retries: healthCheck.retries ?? 3,
          startPeriodSeconds: healthCheck.startPeriod ?? 0,
        },
      };

const restartPolicyOf = ({ restartPolicy }: ContainerDefinition): Pick<ContainerSpec, "restartPolicy"> =>
  restartPolicy?.enabled === true
    ? {
        restartPolicy: {
          ignoredExitCodes: restartPolicy.ignoredExitCodes ?? [],
          restartAttemptPeriodSeconds: restartPolicy.restartAttemptPeriod ?? 300,
        },
      }
    : {};

const linuxOf = ({ linuxParameters }: ContainerDefinition): ContainerSpec["linux"] => ({
  initProcessEnabled: linuxParameters?.initProcessEnabled ?? false,
  capabilitiesAdd: linuxParameters?.capabilities?.add ?? [],
  capabilitiesDrop: linuxParameters?.capabilities?.drop ?? [],
  tmpfs: (linuxParameters?.tmpfs ?? []).map((mount) => ({
    containerPath: mount.containerPath ?? "",
    sizeMiB: mount.size ?? 0,
    mountOptions: mount.mountOptions ?? [],
  })),
});

const optionalOf = (container: ContainerDefinition): Partial<ContainerSpec> => ({
  ...(container.entryPoint === undefined ? {} : { entryPoint: container.entryPoint }),
  ...(container.command === undefined ? {} : { command: container.command }),
  ...(container.workingDirectory === undefined ? {} : { workingDirectory: container.workingDirectory }),
  ...(container.user === undefined ? {} : { user: container.user }),
  ...(container.repositoryCredentials?.credentialsParameter === undefined
    ? {}
    : { repositoryCredentials: container.repositoryCredentials.credentialsParameter }),
  ...(container.memory === undefined ? {} : { memoryMiB: container.memory }),
  ...(container.memoryReservation === undefined ? {} : { memoryReservationMiB: container.memoryReservation }),
  ...(container.startTimeout === undefined ? {} : { startTimeoutSeconds: container.startTimeout }),
  ...(container.logConfiguration === undefined
    ? {}
    : { log: { driver: "awslogs" as const, options: container.logConfiguration.options ?? {} } }),
});

const secretsOf = (container: ContainerDefinition): Pick<ContainerSpec, "secrets" | "secretFiles"> => {
  const paths = secretFilePaths(container);
  const given = (container.secrets ?? []).map(({ name = "", valueFrom = "" }) => ({ name, valueFrom }));
  if (given.length === 0) return {};
  return {
    secrets: given.filter(({ name }) => !paths.has(name)),
    secretFiles: given.flatMap(({ name, valueFrom }) => {
      const path = paths.get(name);
      return path === undefined ? [] : [{ path, valueFrom }];
    }),
  };
};

const containerSpec = (container: ContainerDefinition, arn: string): ContainerSpec => ({
  name: container.name ?? "",
  arn,
  image: container.image ?? "",
  essential: container.essential ?? true,
  environment: (container.environment ?? []).map(({ name = "", value = "" }) => ({ name, value })),
  cpuUnits: container.cpu ?? 0,
  readonlyRootFilesystem: container.readonlyRootFilesystem ?? false,
  pseudoTerminal: container.pseudoTerminal ?? false,
  interactive: container.interactive ?? false,
  stopTimeoutSeconds: container.stopTimeout ?? defaultStopTimeout,
  dependsOn: (container.dependsOn ?? []).map(({ containerName = "", condition = "START" }) => ({
    containerName,
    condition,
  })),
  ulimits: (container.ulimits ?? []).map(({ name = "", softLimit = 0, hardLimit = 0 }) => ({
    name,
    softLimit,
    hardLimit,
  })),
  systemControls: (container.systemControls ?? []).map(({ namespace = "", value = "" }) => ({ namespace, value })),
  linux: linuxOf(container),
  mountPoints: (container.mountPoints ?? []).map(({ sourceVolume = "", containerPath = "", readOnly = false }) => ({
    sourceVolume,
    containerPath,
    readOnly,
  })),
  volumesFrom: (container.volumesFrom ?? []).map(({ sourceContainer = "", readOnly = false }) => ({
    sourceContainer,
    readOnly,
  })),
  portMappings: (container.portMappings ?? []).map(({ containerPort = 0, protocol = "tcp", name }) => ({
    containerPort,
    protocol,
    ...(name === undefined ? {} : { name }),
  })),
  labels: container.dockerLabels ?? {},
  ...healthCheckOf(container),
  ...restartPolicyOf(container),
  ...optionalOf(container),
  ...secretsOf(container),
});

/** The workload of a task: what ECS knows, in the terms that a node runs. Pure. */
export const workloadFromTask = (task: TaskRecord, definition: EffectiveDefinition, isolation: Isolation): Workload => {
  const { body } = definition;
  const arns = new Map(task.containers.map(({ name, arn }) => [name, arn]));
  return {
    id: task.id,
    revision: 1,
    arn: task.arn,
    desiredStatus: "RUNNING",
    size: {
      cpuUnits: definition.cpuUnits,
      memoryMiB: definition.memoryMiB,
      ephemeralStorageGiB: definition.ephemeralStorageGiB,
    },
    isolation,
    containers: (body.containerDefinitions ?? []).map((container) =>
      containerSpec(container, arns.get(container.name ?? "") ?? ""),
    ),
    volumes: (body.volumes ?? []).map(({ name = "" }) => ({ name })),
    networkInterface: task.networkInterface,
    ...(body.enableFaultInjection === true ? { faultInjection: true } : {}),
    ...(task.enableExecuteCommand === true ? { executeCommand: true } : {}),
    ...(body.taskRoleArn === undefined ? {} : { taskRoleArn: body.taskRoleArn }),
    ...(body.executionRoleArn === undefined ? {} : { executionRoleArn: body.executionRoleArn }),
    metadata: {
      cluster: task.clusterArn,
      family: task.family,
      revision: task.taskDefinitionArn.slice(task.taskDefinitionArn.lastIndexOf(":") + 1),
      launchType: task.launchType,
      availabilityZone: task.availabilityZone,
      group: task.group,
      tags: task.tags,
    },
    createdAt: task.createdAt,
  };
};
