import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { type TaskSize, taskSizeOf } from "@fleetless/engine";
import { isAwsRegistryForm } from "../../ecr/service.ts";
import { type ContainerRule, containersOf, forEachContainer, outside, type TaskDefinitionRule } from "./rule.ts";
import { parseSecretReference } from "./secret-references.ts";

const networkMode: TaskDefinitionRule = ({ networkMode: mode }) =>
  mode === "awsvpc" ? undefined : "Fargate only supports network mode 'awsvpc'.";

const size: TaskDefinitionRule = ({ cpu, memory }) => {
  if (!cpu) return "Fargate requires that 'cpu' be defined at the task level.";
  if (!memory) return "Fargate requires that 'memory' be defined at the task level.";
  const result = taskSizeOf(cpu, memory);
  return result.ok ? undefined : result.message;
};

const executionRole: TaskDefinitionRule = (definition) =>
  definition.executionRoleArn === undefined &&
  containersOf(definition).some(({ logConfiguration }) => logConfiguration?.logDriver === "awslogs")
    ? "Fargate requires task definition to have execution role ARN to support log driver awslogs."
    : undefined;

const logStreamPrefix: ContainerRule = ({ logConfiguration }) =>
  logConfiguration?.logDriver === "awslogs" && !logConfiguration.options?.["awslogs-stream-prefix"]
    ? "Log driver awslogs requires options: awslogs-stream-prefix"
    : undefined;

const absentOnFargate: readonly [string, (container: ContainerDefinition) => boolean][] = [
  ["links", ({ links }) => (links ?? []).length > 0],
  ["hostname", ({ hostname }) => hostname !== undefined],
  ["disableNetworking", ({ disableNetworking }) => disableNetworking === true],
  ["privileged", ({ privileged }) => privileged === true],
  ["dnsServers", ({ dnsServers }) => (dnsServers ?? []).length > 0],
  ["dnsSearchDomains", ({ dnsSearchDomains }) => (dnsSearchDomains ?? []).length > 0],
  ["extraHosts", ({ extraHosts }) => (extraHosts ?? []).length > 0],
  ["dockerSecurityOptions", ({ dockerSecurityOptions }) => (dockerSecurityOptions ?? []).length > 0],
  ["devices", ({ linuxParameters }) => (linuxParameters?.devices ?? []).length > 0],
  ["sharedMemorySize", ({ linuxParameters }) => linuxParameters?.sharedMemorySize !== undefined],
  ["maxSwap", ({ linuxParameters }) => linuxParameters?.maxSwap !== undefined],
  ["swappiness", ({ linuxParameters }) => linuxParameters?.swappiness !== undefined],
];

const parameters: ContainerRule = (container) => {
  const found = absentOnFargate.find(([, asks]) => asks(container));
  return found === undefined ? undefined : `Fargate compatible task definitions do not support ${found[0]}`;
};

const sourcePath: TaskDefinitionRule = ({ volumes = [] }) =>
  volumes.some(({ host }) => host?.sourcePath !== undefined)
    ? "Fargate compatible task definitions do not support sourcePath"
    : undefined;

const capabilities: ContainerRule = ({ name, linuxParameters }) => {
  const added = linuxParameters?.capabilities?.add ?? [];
  const refused = added.find((capability) => capability !== "SYS_PTRACE");
  return refused === undefined
    ? undefined
    : `Invalid setting for container '${name}'. Fargate only allows adding the capability SYS_PTRACE, not '${refused}'.`;
};

const ports: ContainerRule = ({ portMappings = [] }) =>
  portMappings.some(
    ({ hostPort, containerPort }) => hostPort !== undefined && hostPort !== 0 && hostPort !== containerPort,
  )
    ? "When networkMode=awsvpc, the host ports and container ports in port mappings must match."
    : undefined;

const timeouts: ContainerRule = ({ name, startTimeout, stopTimeout }) => {
  if (outside(startTimeout, 2, 120)) {
    return `Invalid setting for container '${name}'. 'startTimeout' must be between 2 and 120 seconds.`;
  }
  return outside(stopTimeout, 2, 120)
    ? `Invalid setting for container '${name}'. 'stopTimeout' must be between 2 and 120 seconds.`
    : undefined;
};

const ipcControls = new Set([
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
]);

/**
 * Only kernel parameters of the task's own namespaces.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html
 */
const systemControls: ContainerRule = ({ name, systemControls: controls = [] }) => {
  const refused = controls.find(
    ({ namespace = "" }) => !ipcControls.has(namespace) && !/^(?:net|fs\.mqueue)(?:\.[\w-]+)+$/.test(namespace),
  );
  return refused === undefined
    ? undefined
    : `Invalid setting for container '${name}'. The system control '${refused.namespace}' is not supported: Fargate ` +
        `only allows namespaces that start with net. or fs.mqueue. and ${[...ipcControls].join(", ")}.`;
};

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html */
const registryRole: ContainerRule = ({ image = "" }, { executionRoleArn }) =>
  executionRoleArn === undefined && isAwsRegistryForm(image)
    ? "Fargate requires task definition to have execution role ARN to support ECR images."
    : undefined;

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/private-auth.html */
const registryLogin: ContainerRule = ({ name, repositoryCredentials }, { executionRoleArn }) => {
  if (repositoryCredentials === undefined) return undefined;
  if (parseSecretReference(repositoryCredentials.credentialsParameter ?? "")?.kind !== "secret") {
    return `Invalid setting for container '${name}'. 'credentialsParameter' must be the ARN of a secret.`;
  }
  return executionRoleArn === undefined
    ? "Fargate requires task definition to have execution role ARN to support repositoryCredentials."
    : undefined;
};

/** What the containers ask for together must fit into the task. */
export const containerSizesProblem = (
  { cpuUnits, memoryMiB }: TaskSize,
  containers: readonly Pick<ContainerDefinition, "name" | "cpu" | "memory" | "memoryReservation">[],
): string | undefined => {
  const tooLarge = containers.find(({ memory, memoryReservation }) => (memory ?? memoryReservation ?? 0) > memoryMiB);
  if (tooLarge !== undefined)
    return `The 'memory' setting for container '${tooLarge.name}' is greater than for the task.`;
  const tooMuchCpu = containers.find(({ cpu = 0 }) => cpu > cpuUnits);
  if (tooMuchCpu !== undefined)
    return `The 'cpu' setting for container '${tooMuchCpu.name}' is greater than for the task.`;
  const memory = containers.reduce((sum, container) => sum + (container.memoryReservation ?? container.memory ?? 0), 0);
  if (memory > memoryMiB) return "The sum of the 'memory' settings of the containers is greater than for the task.";
  const cpu = containers.reduce((sum, container) => sum + (container.cpu ?? 0), 0);
  return cpu > cpuUnits ? "The sum of the 'cpu' settings of the containers is greater than for the task." : undefined;
};

const containerSizes: TaskDefinitionRule = (definition: RegisterTaskDefinitionRequest) => {
  const result = taskSizeOf(definition.cpu, definition.memory);
  return result.ok ? containerSizesProblem(result.size, containersOf(definition)) : undefined;
};

const ephemeralStorage: TaskDefinitionRule = ({ ephemeralStorage: storage }) =>
  storage !== undefined && (storage.sizeInGiB === undefined || outside(storage.sizeInGiB, 21, 200))
    ? "The ephemeral storage 'sizeInGiB' must be between 21 and 200."
    : undefined;

/** What makes a task definition one that Fargate can run. */
export const fargateRules: readonly TaskDefinitionRule[] = [
  networkMode,
  size,
  forEachContainer(parameters),
  sourcePath,
  forEachContainer(capabilities),
  forEachContainer(systemControls),
  forEachContainer(ports),
  forEachContainer(timeouts),
  containerSizes,
  ephemeralStorage,
  executionRole,
  forEachContainer(registryRole),
  forEachContainer(registryLogin),
  forEachContainer(logStreamPrefix),
];
