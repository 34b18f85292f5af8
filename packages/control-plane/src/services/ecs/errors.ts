import { defineError, ServiceError } from "@fleetless/kernel";

/** The errors of ECS. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/CommonErrors.html */
export const clusterNotFound = defineError("ClusterNotFoundException", 400, () => "Cluster not found.");
export const clusterInactive = defineError(
  "ClusterNotFoundException",
  400,
  () => "The referenced cluster was inactive.",
);
export const clusterContainsTasks = defineError(
  "ClusterContainsTasksException",
  400,
  () => "The Cluster cannot be deleted while Tasks are active.",
);
export const invalidParameter = defineError("InvalidParameterException", 400, (message: string) => message);
export const clientException = defineError("ClientException", 400, (message: string) => message);
export const resourceNotFound = defineError(
  "ResourceNotFoundException",
  400,
  (what: string) => `The specified ${what} could not be found.`,
);
export const platformUnknown = defineError(
  "PlatformUnknownException",
  400,
  () => "The specified platform does not exist.",
);
export const executeCommandDisabled = defineError(
  "InvalidParameterException",
  400,
  () =>
    "The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.",
);
export const executeCommandFailed = defineError(
  "TargetNotConnectedException",
  400,
  () => "The execute command failed due to an internal error. Try again later.",
);
export const sessionsUnreachable = defineError(
  "TargetNotConnectedException",
  400,
  (because: string) =>
    `The execute command failed due to an internal error. Try again later. The task has no way to ssmmessages: ${because}.`,
);
export const taskHasNoInterface = defineError(
  "InvalidParameterException",
  400,
  (id: string) => `The task ${id} has no network interface any more.`,
);
export const containerNotFound = defineError(
  "InvalidParameterException",
  400,
  (name: string) => `The container ${name.slice(0, 255)} was not found in the task.`,
);
export const containerNotNamed = defineError(
  "InvalidParameterException",
  400,
  () => "The task has more than one container: specify which one to run the command in.",
);
export const taskNotFound = defineError("InvalidParameterException", 400, () => "The referenced task was not found.");
export const taskDefinitionNotDescribed = defineError(
  "ClientException",
  400,
  () => "Unable to describe task definition.",
);
export const taskDefinitionNotFound = defineError("ClientException", 400, () => "TaskDefinition not found.");
export const taskDefinitionInactive = defineError("ClientException", 400, () => "TaskDefinition is inactive");

export const roleNotAssumable = defineError(
  "ClientException",
  400,
  (roleArn: string) =>
    `ECS was unable to assume the role '${roleArn}' that was provided for this task. Please verify that the role being passed has the proper trust relationship and permissions and that your IAM user has permissions to pass this role.`,
);

export const clientTokenConflict = (resourceIds: readonly string[]): ServiceError =>
  new ServiceError(
    "ConflictException",
    400,
    "The provided clientToken is already in use with a different RunTask request.",
    { resourceIds: [...resourceIds] },
  );

/** ECS has this feature, Fleetless has it not yet. */
export const notSupportedYet = (feature: string): ServiceError =>
  clientException(`${feature} is not supported yet by Fleetless.`);
