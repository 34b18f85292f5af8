import { once } from "node:events";
import process from "node:process";
import { type Command, InvalidArgumentError } from "commander";
import { ecsClient } from "../clients.ts";
import { type Connection, connect } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { type CopyTarget, copyFrom, copyTo } from "../sessions/copy.ts";
import { execute } from "../sessions/execute.ts";
import { forwardPort } from "../sessions/forward-port.ts";
import { settingsOf } from "../settings.ts";
import { findTask } from "../task-lookup.ts";

interface TargetOptions {
  readonly cluster: string;
  readonly container?: string;
  readonly user?: string;
}

interface ExecuteOptions extends TargetOptions {
  readonly interactive?: boolean;
  readonly tty?: boolean;
}

const targetOf = async (connection: Connection, name: string, options: TargetOptions): Promise<CopyTarget> => {
  const isWhole = name.startsWith("arn:") || /^[0-9a-f]{32}$/.test(name);
  const task = isWhole ? name : (await findTask(await ecsClient(connection), options.cluster, name)).taskArn;
  const { cluster, container, user } = options;
  return {
    cluster,
    task: task ?? name,
    ...(container === undefined ? {} : { container }),
    ...(user === undefined ? {} : { user }),
  };
};

/** `<task>:<path>`; undefined for a path on this machine. */
const inTask = (text: string): { readonly task: string; readonly path: string } | undefined => {
  const match = /^(arn:.+:task\/[^:]+|[^/:]+):(.+)$/.exec(text);
  return match?.[1] === undefined || match[2] === undefined ? undefined : { task: match[1], path: match[2] };
};

const portsFrom = (text: string): { readonly local: number; readonly remote: number } => {
  const match = /^(?:(\d{1,5}):)?(\d{1,5})$/.exec(text);
  const remote = Number(match?.[2]);
  const local = match?.[1] === undefined ? remote : Number(match[1]);
  if (!(remote >= 1 && remote <= 65_535 && local <= 65_535)) {
    throw new InvalidArgumentError("It is [<local>:]<remote>, such as 8080:80; a local port of 0 means any.");
  }
  return { local, remote };
};

/** Commands that go into a running task. It must have been run with enableExecuteCommand. */
export const addTaskSessions = (task: Command): void => {
  const withTarget = (command: Command): Command =>
    command
      .option("--cluster <name>", "the cluster", "default")
      .option("--container <name>", "the container, where the task has several")
      .option("--user <user>", "as in a container definition; the container's own where left out");

  withTarget(
    task
      .command("exec <task> <command...>")
      .description("run a command in a container, and end as it does")
      .option("-i, --interactive", "give it standard input")
      .option("-t, --tty", "give it a terminal"),
  ).action(async (name: string, words: readonly string[], options: ExecuteOptions, command: Command) => {
    const connection = await connect(settingsOf(command).dataDirectory);
    const target = await targetOf(connection, name, options);
    const request = { ...target, command: words, terminal: options.tty === true };
    process.exitCode = await execute(connection, request, options.interactive === true);
  });

  withTarget(
    task.command("cp <source> <destination>").description("copy out of a container or into it: <task>:<path>"),
  ).action(async (source: string, destination: string, options: TargetOptions, command: Command) => {
    const { dataDirectory, output } = settingsOf(command);
    const [from, to] = [inTask(source), inTask(destination)];
    if ((from === undefined) === (to === undefined)) {
      throw new CommandFailure("One of the two is <task>:<path>, the other a path on this machine");
    }
    const connection = await connect(dataDirectory);
    const asRoot = { ...options, user: options.user ?? "0" };
    if (from !== undefined) {
      await copyFrom(connection, { ...(await targetOf(connection, from.task, asRoot)), path: from.path }, destination);
    } else if (to !== undefined) {
      await copyTo(connection, source, { ...(await targetOf(connection, to.task, asRoot)), path: to.path });
    }
    output.result({ source, destination }, `Copied ${source} to ${destination}`);
  });

  withTarget(
    task.command("port-forward <task> <ports>").description("lead a port of this machine to one inside the task"),
  ).action(async (name: string, ports: string, options: TargetOptions, command: Command) => {
    const { dataDirectory, output } = settingsOf(command);
    const connection = await connect(dataDirectory);
    const wanted = portsFrom(ports);
    const target = await targetOf(connection, name, options);
    const { server, port } = await forwardPort(connection, target, wanted, output.progress);
    output.line(
      { local: `127.0.0.1:${port}`, remote: wanted.remote },
      `127.0.0.1:${port} leads to port ${wanted.remote} of the task`,
    );
    await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
    server.close();
  });
};
