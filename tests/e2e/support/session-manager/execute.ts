import { ExecuteCommandCommand, type ExecuteCommandCommandInput, type Task } from "@aws-sdk/client-ecs";
import type { Tasks } from "../tasks.ts";
import { SessionClient } from "./client.ts";

/** Opens a session through AWS's SDK, as the AWS CLI does, and waits for its handshake. */
export const execute = async (
  tasks: Tasks,
  task: Pick<Task, "taskArn">,
  command: string,
  more: Partial<ExecuteCommandCommandInput> = {},
): Promise<SessionClient> => {
  const { session } = await tasks.ecs.send(
    new ExecuteCommandCommand({ task: task.taskArn, command, interactive: true, ...more }),
  );
  const { sessionId = "", streamUrl = "", tokenValue = "" } = session ?? {};
  const client = new SessionClient({ sessionId, streamUrl, tokenValue });
  await client.until("the handshake", () => client.ready);
  return client;
};
