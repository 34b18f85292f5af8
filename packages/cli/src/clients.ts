import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { EC2Client } from "@aws-sdk/client-ec2";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { Connection } from "./connection.ts";

/** AWS's own clients, each loaded when it is first needed: loading one takes tens of milliseconds. */
export const ecsClient = async (connection: Connection): Promise<ECSClient> => {
  const { ECSClient } = await import("@aws-sdk/client-ecs");
  return new ECSClient(connection.clientSettings);
};

export const logsClient = async (connection: Connection): Promise<CloudWatchLogsClient> => {
  const { CloudWatchLogsClient } = await import("@aws-sdk/client-cloudwatch-logs");
  return new CloudWatchLogsClient(connection.clientSettings);
};

export const ec2Client = async (connection: Connection): Promise<EC2Client> => {
  const { EC2Client } = await import("@aws-sdk/client-ec2");
  return new EC2Client(connection.clientSettings);
};

export const iamClient = async (connection: Connection): Promise<IAMClient> => {
  const { IAMClient } = await import("@aws-sdk/client-iam");
  return new IAMClient(connection.clientSettings);
};
