import { once } from "node:events";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Command } from "commander";
import { type Connection, connectIfRunning } from "../connection.ts";
import { exitOf, failureIn, startDaemonProgram } from "../daemon-process.ts";
import { requireRoot } from "../data-directory.ts";
import { CommandFailure } from "../failure.ts";
import { settingsOf } from "../settings.ts";
import { addStoreOptions, type StoreOptions, storeEnvironment } from "../store-option.ts";

const stopMilliseconds = 60_000;
const maximumReason = 64 * 1024;

export const addDown = (program: Command): void => {
  addStoreOptions(program.command("down"))
    .description("stop Fleetless; tasks go on running and the next `up` takes them back")
    .option("--purge", "stop the tasks too and remove every trace, the data directory included")
    .action(async (options: StoreOptions & { purge?: boolean }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const connection = await connectIfRunning(dataDirectory);
      if (connection !== undefined) await stop(connection);
      if (options.purge === true) {
        requireRoot();
        output.progress("Removing every trace …");
        await purge(dataDirectory, storeEnvironment(options), output.json);
      }
      const left = options.purge === true ? 0 : (connection?.status.tasks.running ?? 0);
      output.result(
        { stopped: connection !== undefined, purged: options.purge === true, tasksLeftRunning: left },
        sentence(connection !== undefined, options.purge === true, left),
      );
    });
};

/** With `json` the reason of a failure is in the failure; else the daemon's program has told it by then. */
const purge = async (
  dataDirectory: string,
  environment: Readonly<Record<string, string>>,
  json: boolean,
): Promise<void> => {
  const args = ["purge", "--data-directory", dataDirectory, ...(json ? ["--json"] : [])];
  const child = startDaemonProgram(args, json ? "read-output" : "inherit", environment);
  let written = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    written = (written + text).slice(-maximumReason);
  });
  const [code] = await Promise.all([exitOf(child), json ? once(child, "close") : undefined]);
  if (code === 0) return;
  const reason = failureIn(written);
  const failure = `Not everything of ${dataDirectory} could be removed`;
  throw new CommandFailure(reason === undefined ? failure : `${failure}: ${reason}`, code);
};

const stop = async (connection: Connection): Promise<void> => {
  await connection.local.post("/stop", {});
  const deadline = Date.now() + stopMilliseconds;
  while (isAlive(connection.status.pid)) {
    if (Date.now() > deadline) {
      throw new CommandFailure(`Process ${connection.status.pid} did not end within ${stopMilliseconds / 1000} s`);
    }
    await sleep(50);
  }
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const sentence = (wasRunning: boolean, purged: boolean, left: number): string => {
  if (purged) return "Fleetless is down and every trace of it is removed";
  if (!wasRunning) return "Fleetless was not running";
  if (left === 0) return "Fleetless is down";
  return `Fleetless is down; ${left} task${left === 1 ? "" : "s"} still run: \`fleetless up\` takes them back, \`fleetless down --purge\` removes them`;
};
