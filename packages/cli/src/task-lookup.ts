import type { ECSClient, Task } from "@aws-sdk/client-ecs";
import { CommandFailure } from "./failure.ts";

/** The last part of a task's ARN. */
export const taskIdOf = (task: Pick<Task, "taskArn">): string => task.taskArn?.split("/").at(-1) ?? "";

/** A task by id, ARN or the beginning of its id. Throws a CommandFailure where none or several match. */
export const findTask = async (ecs: ECSClient, cluster: string, name: string): Promise<Task> => {
  const { DescribeTasksCommand } = await import("@aws-sdk/client-ecs");
  const isWhole = name.startsWith("arn:") || /^[0-9a-f]{32}$/.test(name);
  const wanted = isWhole ? name : await idThatBegins(ecs, cluster, name);
  const { tasks } = await ecs.send(new DescribeTasksCommand({ cluster, tasks: [wanted], include: ["TAGS"] }));
  const [task] = tasks ?? [];
  if (task === undefined) throw new CommandFailure(`There is no task ${name} in cluster ${cluster}`);
  return task;
};

const idThatBegins = async (ecs: ECSClient, cluster: string, beginning: string): Promise<string> => {
  const arns = await listTaskArns(ecs, cluster, true);
  const matches = arns.filter((arn) => arn.split("/").at(-1)?.startsWith(beginning));
  const [only] = matches;
  if (only === undefined) throw new CommandFailure(`There is no task ${beginning} in cluster ${cluster}`);
  if (matches.length > 1) throw new CommandFailure(`${matches.length} tasks begin with ${beginning}: give more digits`);
  return only;
};

/** Every task's ARN, those that stopped too where asked. */
export const listTaskArns = async (ecs: ECSClient, cluster: string, stoppedToo: boolean): Promise<string[]> => {
  const { paginateListTasks } = await import("@aws-sdk/client-ecs");
  const arns: string[] = [];
  for (const desiredStatus of stoppedToo ? (["RUNNING", "STOPPED"] as const) : (["RUNNING"] as const)) {
    for await (const page of paginateListTasks({ client: ecs }, { cluster, desiredStatus })) {
      arns.push(...(page.taskArns ?? []));
    }
  }
  return arns;
};
