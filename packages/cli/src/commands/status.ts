import type { Command } from "commander";
import { connect } from "../connection.ts";
import { table } from "../output.ts";
import { settingsOf } from "../settings.ts";

export const addStatus = (program: Command): void => {
  program
    .command("status")
    .description("what runs, and where")
    .action(async (_options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { status } = await connect(dataDirectory);
      output.result(
        status,
        table([
          ["endpoint", status.endpoint],
          ["region", status.region],
          ["account", status.accountId],
          ["isolation", status.isolation],
          ["tasks", `${status.tasks.running} running, ${status.tasks.stopped} stopped`],
          ["process", String(status.pid)],
          ["up since", new Date(status.startedAt).toISOString()],
          ["data", status.dataDirectory],
          ["state", status.store],
          ["version", status.version],
        ]),
      );
    });
};
