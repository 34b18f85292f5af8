import process from "node:process";
import type { Command } from "commander";
import { exitOf, startDaemonProgram } from "../daemon-process.ts";
import { settingsOf } from "../settings.ts";
import { addStoreOptions, type StoreOptions, storeEnvironment } from "../store-option.ts";

export const addDoctor = (program: Command): void => {
  addStoreOptions(program.command("doctor"))
    .description("check what this machine has, and say how to mend what it lacks")
    .option(
      "--listen <address>",
      "the address that `up` would listen on",
      process.env.FLEETLESS_LISTEN ?? "127.0.0.1:4566",
    )
    .action(async (options: StoreOptions & { listen: string }, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const args = ["doctor", "--data-directory", dataDirectory, "--listen", options.listen];
      process.exitCode = await exitOf(
        startDaemonProgram(output.json ? [...args, "--json"] : args, "inherit", storeEnvironment(options)),
      );
    });
};
