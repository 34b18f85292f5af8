import type { RunTaskRequest } from "@aws-sdk/client-ecs";
import { requireWeight, type StrategyItem, strategyFrom } from "./capacity-providers.ts";
import type { ClusterRecord, Tags, TaskDefinitionRecord } from "./collections.ts";
import { clientException, invalidParameter, notSupportedYet, platformUnknown } from "./errors.ts";
import { tagsFrom } from "./tags.ts";
import { outside } from "./task-definition/rule.ts";
import { fargatePlatformVersion } from "./task-view.ts";

export interface LaunchNetwork {
  readonly subnets: readonly string[];
  readonly securityGroups: readonly string[];
  readonly assignPublicAddress: boolean;
}

/** What can be said of a RunTask request before the store is read. Throws ECS's errors. */
export const checkLaunchRequest = (request: RunTaskRequest): void => {
  if ((request.volumeConfigurations ?? []).length > 0) throw notSupportedYet("volumeConfigurations");
  if (outside(request.count, 1, 10)) throw invalidParameter("Count must be between 1 and 10.");
  if (request.launchType !== undefined && (request.capacityProviderStrategy ?? []).length > 0) {
    throw invalidParameter(
      "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
    );
  }
  if ((request.placementConstraints ?? []).length > 0) {
    throw invalidParameter("Placement constraints are not supported with FARGATE launch type.");
  }
  if ((request.placementStrategy ?? []).length > 0) {
    throw invalidParameter("Placement strategies are not supported with FARGATE launch type.");
  }
  if (request.propagateTags === "SERVICE") {
    throw invalidParameter("RunTask can only propagate tags from the task definition.");
  }
  if (!["LATEST", fargatePlatformVersion].includes(request.platformVersion ?? "LATEST")) throw platformUnknown();
  for (const [name, value, longest] of [
    ["startedBy", request.startedBy, 128],
    ["referenceId", request.referenceId, 1024],
    ["clientToken", request.clientToken, 64],
  ] as const) {
    if ((value?.length ?? 0) > longest) throw invalidParameter(`${name} must be at most ${longest} characters long.`);
  }
};

/** The providers to launch on, or undefined for the plain launch type FARGATE. */
export const strategyOf = (request: RunTaskRequest, cluster: ClusterRecord): readonly StrategyItem[] | undefined => {
  if (request.launchType === "FARGATE") return undefined;
  const given = request.capacityProviderStrategy ?? [];
  const items = given.length > 0 ? given : cluster.defaultCapacityProviderStrategy;
  if (request.launchType !== undefined || items.length === 0) {
    throw invalidParameter("No Container Instances were found in your cluster.");
  }
  return requireWeight(strategyFrom(items, cluster.capacityProviders));
};

export const networkOf = (request: RunTaskRequest): LaunchNetwork => {
  const configuration = request.networkConfiguration?.awsvpcConfiguration;
  if (configuration === undefined) {
    throw invalidParameter("Network Configuration must be provided when networkMode 'awsvpc' is specified.");
  }
  const subnets = configuration.subnets ?? [];
  const securityGroups = configuration.securityGroups ?? [];
  if (subnets.length === 0) throw invalidParameter("subnets can not be empty.");
  if (subnets.length > 16) throw invalidParameter("subnets can have at most 16 items.");
  if (securityGroups.length > 5) throw invalidParameter("securityGroups can have at most 5 items.");
  return { subnets, securityGroups, assignPublicAddress: configuration.assignPublicIp === "ENABLED" };
};

export const checkFargateCompatible = (definition: TaskDefinitionRecord): void => {
  if (!definition.body.compatibilities?.includes("FARGATE")) {
    throw invalidParameter("Task definition does not support launch_type FARGATE.");
  }
};

export const groupOf = (request: RunTaskRequest, family: string): string => {
  const own = `family:${family}`;
  if (request.group === undefined || request.group === own) return own;
  if (request.group.length > 255 || /^(family|service):/.test(request.group)) {
    throw clientException(
      "Invalid task group: it has at most 255 characters and must not begin with family: or service:.",
    );
  }
  return request.group;
};

/** Tags of the request over those of the definition, and ECS's own where they are asked for. */
export const launchTags = (
  request: RunTaskRequest,
  definition: TaskDefinitionRecord,
  cluster: ClusterRecord,
): Tags => ({
  ...(request.propagateTags === "TASK_DEFINITION" ? definition.tags : {}),
  ...tagsFrom(request.tags),
  ...(request.enableECSManagedTags === true ? { "aws:ecs:clusterName": cluster.name } : {}),
});
