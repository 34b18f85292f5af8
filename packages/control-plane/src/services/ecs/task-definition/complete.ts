import type { Attribute, Compatibility, ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { parseCpuUnits, parseMemoryMiB } from "@fleetless/engine";
import type { TaskDefinitionBody } from "../collections.ts";
import { roleArnOf } from "../identifiers.ts";
import { containersOf } from "./rule.ts";

/** Only members that were given; the store and the answers have no place for undefined. */
const given = <Value extends object>(value: Value): Value =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Value;

const completeContainer = (container: ContainerDefinition, awsvpc: boolean): ContainerDefinition =>
  given({
    ...container,
    cpu: container.cpu ?? 0,
    essential: container.essential ?? true,
    portMappings: (container.portMappings ?? []).map((mapping) =>
      given({
        ...mapping,
        hostPort: awsvpc ? mapping.containerPort : (mapping.hostPort ?? 0),
        protocol: mapping.protocol ?? "tcp",
      }),
    ),
    environment: container.environment ?? [],
    mountPoints: container.mountPoints ?? [],
    volumesFrom: container.volumesFrom ?? [],
    systemControls: container.systemControls ?? [],
    healthCheck: container.healthCheck && {
      interval: 30,
      timeout: 5,
      retries: 3,
      ...given(container.healthCheck),
    },
    restartPolicy: container.restartPolicy && {
      restartAttemptPeriod: 300,
      ignoredExitCodes: [],
      ...given(container.restartPolicy),
    },
  });

const requiredAttributes = (definition: RegisterTaskDefinitionRequest): Attribute[] => {
  const logs = containersOf(definition).some(({ logConfiguration }) => logConfiguration !== undefined);
  const names: readonly (readonly [string, boolean])[] = [
    ["com.amazonaws.ecs.capability.logging-driver.awslogs", logs],
    ["ecs.capability.execution-role-awslogs", logs && definition.executionRoleArn !== undefined],
    ["com.amazonaws.ecs.capability.docker-remote-api.1.18", true],
    ["com.amazonaws.ecs.capability.task-iam-role", definition.taskRoleArn !== undefined],
    ["ecs.capability.task-eni", definition.networkMode === "awsvpc"],
  ];
  return names.filter(([, required]) => required).map(([name]) => ({ name }));
};

/** The definition with ECS's defaults in it, as DescribeTaskDefinition shows it. */
export const completeTaskDefinition = (
  definition: RegisterTaskDefinitionRequest,
  compatibilities: readonly Compatibility[],
  accountId: string,
): TaskDefinitionBody => {
  const { tags: _tags, ...rest } = definition;
  return given({
    ...rest,
    containerDefinitions: containersOf(definition).map((container) =>
      completeContainer(container, definition.networkMode === "awsvpc"),
    ),
    volumes: (definition.volumes ?? []).map((volume) => given({ ...volume, host: volume.host ?? {} })),
    placementConstraints: [],
    taskRoleArn: roleArnOf({ accountId }, definition.taskRoleArn),
    executionRoleArn: roleArnOf({ accountId }, definition.executionRoleArn),
    cpu: definition.cpu === undefined ? undefined : String(parseCpuUnits(definition.cpu)),
    memory: definition.memory === undefined ? undefined : String(parseMemoryMiB(definition.memory)),
    compatibilities: [...compatibilities],
    requiresAttributes: requiredAttributes(definition),
  });
};
