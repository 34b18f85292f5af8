import { setTimeout as sleep } from "node:timers/promises";
import type { Task } from "@aws-sdk/client-ecs";
import type { Command } from "commander";
import { ecsClient, logsClient } from "../clients.ts";
import { type Connection, connect } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { LogFollower, type LogLine, logSources } from "../log-follower.ts";
import { type Output, table } from "../output.ts";
import { settingsOf } from "../settings.ts";
import { describeTask } from "../task-description.ts";
import { findTask, listTaskArns, taskIdOf } from "../task-lookup.ts";
import { drawTimeline, type TimelineStep } from "../timeline.ts";
import { readWaits, waitText } from "../waits.ts";
import { addTaskSessions } from "./task-sessions.ts";

interface ClusterOption {
  readonly cluster: string;
}

const followMilliseconds = 300;

export const addTask = (program: Command): void => {
  const task = program.command("task").description("tasks");
  const withCluster = (command: Command): Command => command.option("--cluster <name>", "the cluster", "default");

  withCluster(task.command("ls").description("tasks of a cluster").option("--all", "stopped ones too")).action(
    async (options: ClusterOption & { all?: boolean }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const connection = await connect(dataDirectory);
      await list(connection, options.cluster, options.all === true, output);
    },
  );
  withCluster(task.command("show <task>").description("one task, with its containers and addresses")).action(
    async (name: string, options: ClusterOption, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const connection = await connect(dataDirectory);
      const found = await findTask(await ecsClient(connection), options.cluster, name);
      const waits = await readWaits(connection.local, taskIdOf(found));
      output.result({ ...found, ...(waits.length === 0 ? {} : { waits }) }, describeTask(found, waits));
    },
  );
  withCluster(
    task.command("logs <task>").description("what its containers wrote").option("--follow", "go on until it stops"),
  ).action(async (name: string, options: ClusterOption & { follow?: boolean }, command: Command) => {
    const { dataDirectory, output } = settingsOf(command);
    await showLogs(await connect(dataDirectory), options.cluster, name, options.follow === true, output);
  });
  withCluster(task.command("stop <task>").description("stop a task").option("--reason <text>", "why")).action(
    async (name: string, options: ClusterOption & { reason?: string }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { StopTaskCommand } = await import("@aws-sdk/client-ecs");
      const ecs = await ecsClient(await connect(dataDirectory));
      const found = await findTask(ecs, options.cluster, name);
      const { reason } = options;
      const answer = await ecs.send(
        new StopTaskCommand({
          cluster: options.cluster,
          task: found.taskArn,
          ...(reason === undefined ? {} : { reason }),
        }),
      );
      output.result(answer.task, `Task ${taskIdOf(found)} is stopping`);
    },
  );
  withCluster(task.command("timeline <task>").description("where the time of its launch went")).action(
    async (name: string, options: ClusterOption, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const connection = await connect(dataDirectory);
      const found = await findTask(await ecsClient(connection), options.cluster, name);
      const steps = await connection.local.get<readonly TimelineStep[]>(`/tasks/${taskIdOf(found)}/timeline`);
      const waits = await readWaits(connection.local, taskIdOf(found));
      output.result(steps, [drawTimeline(steps, found.createdAt), ...waits.map(waitText)].join("\n"));
    },
  );
  addTaskSessions(task);
};

const list = async (connection: Connection, cluster: string, all: boolean, output: Output): Promise<void> => {
  const { DescribeTasksCommand } = await import("@aws-sdk/client-ecs");
  const ecs = await ecsClient(connection);
  const arns = await listTaskArns(ecs, cluster, all);
  const tasks: Task[] = [];
  for (let from = 0; from < arns.length; from += 100) {
    const answer = await ecs.send(new DescribeTasksCommand({ cluster, tasks: arns.slice(from, from + 100) }));
    tasks.push(...(answer.tasks ?? []));
  }
  tasks.sort((a, b) => (a.createdAt?.getTime() ?? 0) - (b.createdAt?.getTime() ?? 0));
  const rows = tasks.map((task) => {
    const network = task.containers?.[0]?.networkInterfaces?.[0];
    return [
      taskIdOf(task),
      task.taskDefinitionArn?.split("/").at(-1) ?? "",
      task.lastStatus ?? "",
      task.healthStatus ?? "",
      network?.privateIpv4Address ?? network?.ipv6Address ?? "",
      task.stoppedReason ?? "",
    ];
  });
  output.result(tasks, table([["TASK", "DEFINITION", "STATUS", "HEALTH", "ADDRESS", "REASON"], ...rows]));
};

const showLogs = async (
  connection: Connection,
  cluster: string,
  name: string,
  follow: boolean,
  output: Output,
): Promise<void> => {
  const { DescribeTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  const ecs = await ecsClient(connection);
  const task = await findTask(ecs, cluster, name);
  const definition = await ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition: task.taskDefinitionArn }));
  const sources = logSources(definition.taskDefinition?.containerDefinitions ?? [], taskIdOf(task));
  if (sources.length === 0)
    throw new CommandFailure(`No container of task ${taskIdOf(task)} logs with the awslogs driver`);
  const follower = new LogFollower(await logsClient(connection), sources);
  const severalContainers = sources.length > 1;
  for (;;) {
    const ended = !follow || (await findTask(ecs, cluster, taskIdOf(task))).lastStatus === "STOPPED";
    for (const line of await follower.next()) output.line(line, logText(line, severalContainers));
    if (ended) return;
    await sleep(followMilliseconds);
  }
};

/** A log line as a person reads it, with the container's name before it where there are several. */
export const logText = (line: LogLine, severalContainers: boolean): string =>
  severalContainers ? `${line.container} | ${line.message}` : line.message;
