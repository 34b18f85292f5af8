import type { ContainerDefinition, TaskOverride } from "@aws-sdk/client-ecs";
import { taskSizeOf } from "@fleetless/engine";
import type { TaskDefinitionBody } from "./collections.ts";
import { clientException, invalidParameter, notSupportedYet } from "./errors.ts";
import { roleArnOf } from "./identifiers.ts";
import { containerSizesProblem } from "./task-definition/fargate-rules.ts";
import { outside } from "./task-definition/rule.ts";
import { isRole } from "./task-definition/task-rules.ts";

/** A task definition with the overrides of one launch laid over it. */
export interface EffectiveDefinition {
  readonly body: TaskDefinitionBody;
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
}

const defaultEphemeralStorageGiB = 20;

const checkSupported = (overrides: TaskOverride): void => {
  if ((overrides.inferenceAcceleratorOverrides ?? []).length > 0) {
    throw notSupportedYet("The override inferenceAcceleratorOverrides");
  }
  for (const { environmentFiles = [], resourceRequirements = [] } of overrides.containerOverrides ?? []) {
    if (environmentFiles.length > 0) throw notSupportedYet("The override environmentFiles");
    if (resourceRequirements.length > 0) throw notSupportedYet("The override resourceRequirements");
  }
};

const checkNames = (body: TaskDefinitionBody, overrides: TaskOverride): void => {
  const names = new Set((body.containerDefinitions ?? []).map(({ name }) => name));
  for (const { name } of overrides.containerOverrides ?? []) {
    if (!name) throw invalidParameter("Container override: name should not be null or empty.");
    if (!names.has(name)) {
      throw invalidParameter(`Override for container named ${name} is not a container in the TaskDefinition.`);
    }
  }
};

const overlay = (container: ContainerDefinition, overrides: TaskOverride): ContainerDefinition => {
  const own = overrides.containerOverrides?.find(({ name }) => name === container.name);
  if (own === undefined) return container;
  const replaced = new Map((container.environment ?? []).map((variable) => [variable.name, variable]));
  for (const variable of own.environment ?? []) replaced.set(variable.name, variable);
  if (
    outside(own.cpu, 0, 1_000_000) ||
    outside(own.memory, 6, 10_000_000) ||
    outside(own.memoryReservation, 6, 10_000_000)
  ) {
    throw invalidParameter(`Invalid setting for container '${container.name}' in the overrides.`);
  }
  return {
    ...container,
    environment: [...replaced.values()],
    ...(own.command === undefined ? {} : { command: own.command }),
    ...(own.cpu === undefined ? {} : { cpu: own.cpu }),
    ...(own.memory === undefined ? {} : { memory: own.memory }),
    ...(own.memoryReservation === undefined ? {} : { memoryReservation: own.memoryReservation }),
  };
};

/** Throws InvalidParameterException, or ClientException for what is wrong with sizes. */
export const applyOverrides = (
  body: TaskDefinitionBody,
  overrides: TaskOverride,
  accountId: string,
): EffectiveDefinition => {
  if (Buffer.byteLength(JSON.stringify(overrides)) > 8_192) {
    throw invalidParameter("Container Overrides length must be at most 8192");
  }
  checkSupported(overrides);
  checkNames(body, overrides);
  for (const role of [overrides.taskRoleArn, overrides.executionRoleArn]) {
    if (role !== undefined && !isRole(role)) throw clientException("Role is not valid");
  }
  const storage = overrides.ephemeralStorage?.sizeInGiB ?? body.ephemeralStorage?.sizeInGiB;
  if (outside(storage, 21, 200))
    throw invalidParameter("The ephemeral storage 'sizeInGiB' must be between 21 and 200.");
  const containerDefinitions = (body.containerDefinitions ?? []).map((container) => overlay(container, overrides));
  const size = taskSizeOf(overrides.cpu ?? body.cpu, overrides.memory ?? body.memory);
  if (!size.ok) throw clientException(size.message);
  const problem = containerSizesProblem(size.size, containerDefinitions);
  if (problem !== undefined) throw clientException(problem);
  return {
    body: {
      ...body,
      containerDefinitions,
      taskRoleArn: roleArnOf({ accountId }, overrides.taskRoleArn ?? body.taskRoleArn),
      executionRoleArn: roleArnOf({ accountId }, overrides.executionRoleArn ?? body.executionRoleArn),
    },
    ...size.size,
    ephemeralStorageGiB: storage ?? defaultEphemeralStorageGiB,
  };
};
