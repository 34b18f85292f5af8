import type { ContainerDefinition, RegisterTaskDefinitionCommandInput } from "@aws-sdk/client-ecs";
import { iamClient, logsClient } from "./clients.ts";
import type { Connection } from "./connection.ts";

const executionRoleName = "ecsTaskExecutionRole";
const executionPolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";

/**
 * A task definition made complete for `fleetless run`: what it leaves out becomes Fargate's smallest size,
 * awsvpc, and a log stream for each container, with a log group and an execution role to write it.
 */
export const prepareDefinition = async (
  connection: Connection,
  given: RegisterTaskDefinitionCommandInput,
): Promise<RegisterTaskDefinitionCommandInput> => {
  const withSize: RegisterTaskDefinitionCommandInput = {
    requiresCompatibilities: ["FARGATE"],
    networkMode: "awsvpc",
    cpu: "256",
    memory: "512",
    ...given,
  };
  const containers = given.containerDefinitions ?? [];
  if (containers.every((container) => container.logConfiguration !== undefined)) return withSize;
  const group = `/fleetless/${given.family}`;
  await ensureLogGroup(connection, group);
  return {
    ...withSize,
    executionRoleArn: given.executionRoleArn ?? (await ensureExecutionRole(connection)),
    containerDefinitions: containers.map((container) => withLogs(container, group, connection.status.region)),
  };
};

const withLogs = (container: ContainerDefinition, group: string, region: string): ContainerDefinition =>
  container.logConfiguration === undefined
    ? {
        ...container,
        logConfiguration: {
          logDriver: "awslogs",
          options: { "awslogs-group": group, "awslogs-region": region, "awslogs-stream-prefix": "run" },
        },
      }
    : container;

const ensureLogGroup = async (connection: Connection, logGroupName: string): Promise<void> => {
  const { CreateLogGroupCommand, ResourceAlreadyExistsException } = await import("@aws-sdk/client-cloudwatch-logs");
  const logs = await logsClient(connection);
  try {
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
  } catch (error) {
    if (!(error instanceof ResourceAlreadyExistsException)) throw error;
  }
};

const ensureExecutionRole = async (connection: Connection): Promise<string> => {
  const { AttachRolePolicyCommand, CreateRoleCommand, EntityAlreadyExistsException } = await import(
    "@aws-sdk/client-iam"
  );
  const iam = await iamClient(connection);
  const trust = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
  };
  try {
    await iam.send(
      new CreateRoleCommand({ RoleName: executionRoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }),
    );
  } catch (error) {
    if (!(error instanceof EntityAlreadyExistsException)) throw error;
  }
  await iam.send(new AttachRolePolicyCommand({ RoleName: executionRoleName, PolicyArn: executionPolicyArn }));
  return `arn:aws:iam::${connection.status.accountId}:role/${executionRoleName}`;
};
