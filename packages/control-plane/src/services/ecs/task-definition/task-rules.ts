import { containersOf, isEssential, type TaskDefinitionRule } from "./rule.ts";

const maximumContainers = 10;
const maximumBytes = 65_536;

const family: TaskDefinitionRule = ({ family: name }) => {
  if (!name) return "Family should not be null or empty.";
  return /^[A-Za-z0-9_-]{1,255}$/.test(name) ? undefined : "Family contains invalid characters.";
};

const containers: TaskDefinitionRule = (definition) => {
  const count = containersOf(definition).length;
  if (count === 0) return "Container list cannot be empty.";
  if (count > maximumContainers) return "Too many containers.";
  const bytes = Buffer.byteLength(JSON.stringify(definition.containerDefinitions));
  return bytes > maximumBytes ? `Actual length: '${bytes}'. Max allowed length is '${maximumBytes}' bytes.` : undefined;
};

const essential: TaskDefinitionRule = (definition) =>
  containersOf(definition).some(isEssential)
    ? undefined
    : "A task definition must have at least one essential container.";

const roles: TaskDefinitionRule = ({ taskRoleArn, executionRoleArn }) =>
  [taskRoleArn, executionRoleArn].every((role) => role === undefined || isRole(role)) ? undefined : "Role is not valid";

/** An ARN of a role or the plain name of one. */
export const isRole = (role: string): boolean =>
  /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/.test(role) || /^[\w+=,.@-]{1,64}$/.test(role);

/** What holds of a task definition as a whole. */
export const taskRules: readonly TaskDefinitionRule[] = [family, containers, essential, roles];
