import { resolve } from "node:path";
import process from "node:process";
import type { Command } from "commander";
import { connect, connectIfRunning } from "../connection.ts";
import { exitOf, startDaemonProgram } from "../daemon-process.ts";
import { makeDataDirectory, requireRoot } from "../data-directory.ts";
import { CommandFailure } from "../failure.ts";
import { settingsOf } from "../settings.ts";

export const addBackup = (program: Command): void => {
  program
    .command("backup <file>")
    .description("copy the state of the running Fleetless into a file, as it is now; images are not part of it")
    .option("--with-key", "put the root key into it, with which every secret in it can be opened")
    .action(async (file: string, options: { withKey?: boolean }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      const body = { path: resolve(file), withKey: options.withKey === true };
      const made = await local.post<{ path: string; bytes: number }>("/backup", body);
      output.result(made, `${made.path} (${(made.bytes / 1024 ** 2).toFixed(1)} MiB)`);
    });
  program
    .command("restore <file>")
    .description("put a backup into a data directory that has no state yet")
    .option("--key <file>", "the root key, where the backup does not hold it and it is not in its place yet")
    .action(async (file: string, options: { key?: string }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      requireRoot();
      makeDataDirectory(dataDirectory);
      if ((await connectIfRunning(dataDirectory)) !== undefined) {
        throw new CommandFailure(`A Fleetless runs in ${dataDirectory}: choose another --data-directory`);
      }
      const args = ["restore", resolve(file), "--data-directory", dataDirectory];
      if (options.key !== undefined) args.push("--key", resolve(options.key));
      if (output.json) args.push("--json");
      process.exitCode = await exitOf(startDaemonProgram(args, "inherit"));
      if (process.exitCode === 0) {
        output.result({ dataDirectory }, `${dataDirectory} has the state of ${file}: \`fleetless up\` starts it`);
      }
    });
};
