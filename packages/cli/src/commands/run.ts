import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { ECSClient, Task, TaskDefinition } from "@aws-sdk/client-ecs";
import type { Command } from "commander";
import { ecsClient, logsClient } from "../clients.ts";
import { connect } from "../connection.ts";
import { defaultSubnets } from "../default-network.ts";
import { readDefinitionFile } from "../definition-file.ts";
import { CommandFailure } from "../failure.ts";
import { LogFollower, logSources } from "../log-follower.ts";
import { ChangingProgress, type Output } from "../output.ts";
import { prepareDefinition } from "../run-definition.ts";
import { settingsOf } from "../settings.ts";
import { findTask, taskIdOf } from "../task-lookup.ts";
import { readWaits, waitText } from "../waits.ts";
import { logText } from "./task.ts";

interface RunOptions {
  readonly cluster: string;
  readonly subnet?: readonly string[];
  readonly securityGroup?: readonly string[];
  readonly publicIp: boolean;
}

/** A task that never started; docker's code for the same. */
const neverStartedExitCode = 125;
const followMilliseconds = 250;

export const addRun = (program: Command): void => {
  program
    .command("run <task-definition>")
    .description("register a task definition from a JSON file, run it, show its logs, exit with its code")
    .option("--cluster <name>", "the cluster", "default")
    .option("--subnet <id...>", "subnets (default: those of the default VPC)")
    .option("--security-group <id...>", "security groups (default: the VPC's default group)")
    .option("--no-public-ip", "no public address")
    .action(async (path: string, options: RunOptions, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      process.exitCode = await run(dataDirectory, path, options, output);
    });
};

const run = async (dataDirectory: string, path: string, options: RunOptions, output: Output): Promise<number> => {
  const { RegisterTaskDefinitionCommand } = await import("@aws-sdk/client-ecs");
  const connection = await connect(dataDirectory);
  const ecs = await ecsClient(connection);
  const input = await prepareDefinition(connection, await readDefinitionFile(path));
  const { taskDefinition } = await ecs.send(new RegisterTaskDefinitionCommand(input));
  if (taskDefinition === undefined) throw new CommandFailure("RegisterTaskDefinition answered no task definition");
  const subnets = options.subnet ?? (await defaultSubnets(connection));
  const task = await start(ecs, taskDefinition, subnets, options);
  output.progress(`Task ${taskIdOf(task)} of ${taskDefinition.family}:${taskDefinition.revision}`);

  const stopAsked = stopOnInterrupt(ecs, options.cluster, taskIdOf(task), output);
  const sources = logSources(taskDefinition.containerDefinitions ?? [], taskIdOf(task));
  const follower = new LogFollower(await logsClient(connection), sources);
  const waiting = new ChangingProgress(output);
  for (;;) {
    const now = await findTask(ecs, options.cluster, taskIdOf(task));
    for (const line of await follower.next()) output.line(line, logText(line, sources.length > 1));
    if (now.lastStatus === "PROVISIONING" || now.lastStatus === "PENDING")
      waiting.tell((await readWaits(connection.local, taskIdOf(task))).map(waitText).join("; "));
    if (now.lastStatus === "STOPPED") {
      stopAsked.forget();
      return exitCodeOf(now, taskDefinition, output);
    }
    await sleep(followMilliseconds);
  }
};

const start = async (
  ecs: ECSClient,
  definition: TaskDefinition,
  subnets: readonly string[],
  options: RunOptions,
): Promise<Task> => {
  const { RunTaskCommand } = await import("@aws-sdk/client-ecs");
  const { tasks, failures } = await ecs.send(
    new RunTaskCommand({
      cluster: options.cluster,
      taskDefinition: definition.taskDefinitionArn,
      launchType: "FARGATE",
      startedBy: "fleetless run",
      enableExecuteCommand: true,
      networkConfiguration: {
        awsvpcConfiguration: {
          subnets: [...subnets],
          assignPublicIp: options.publicIp ? "ENABLED" : "DISABLED",
          ...(options.securityGroup === undefined ? {} : { securityGroups: [...options.securityGroup] }),
        },
      },
    }),
  );
  const [task] = tasks ?? [];
  if (task === undefined)
    throw new CommandFailure(failures?.[0]?.reason ?? "The task was not started", neverStartedExitCode);
  return task;
};

const stopOnInterrupt = (ecs: ECSClient, cluster: string, task: string, output: Output): { forget: () => void } => {
  const stop = (): void => {
    output.progress("Stopping the task …");
    void import("@aws-sdk/client-ecs")
      .then(({ StopTaskCommand }) => ecs.send(new StopTaskCommand({ cluster, task, reason: "Interrupted" })))
      .catch((error: Error) => output.progress(`The task could not be stopped: ${error.message}`));
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
  return {
    forget: () => {
      process.removeListener("SIGINT", stop);
      process.removeListener("SIGTERM", stop);
    },
  };
};

/** The code of the essential container that ended the task. */
const exitCodeOf = (task: Task, definition: TaskDefinition, output: Output): number => {
  if (output.json) output.line(task, "");
  const essential = new Set(
    (definition.containerDefinitions ?? []).flatMap(({ name, essential }) => (essential === false ? [] : [name])),
  );
  const codes = (task.containers ?? [])
    .filter(({ name }) => essential.has(name))
    .flatMap(({ exitCode }) => exitCode ?? []);
  if (task.stopCode !== "EssentialContainerExited") output.progress(`${task.stopCode}: ${task.stoppedReason}`);
  if (codes.length === 0) return neverStartedExitCode;
  return codes.find((code) => code !== 0) ?? 0;
};
