import process from "node:process";
import { createLogger, messageOf } from "@fleetless/kernel";
import { runDoctor } from "./doctor/doctor.ts";
import { explainFailure, fullDisk } from "./explain-failure.ts";
import { type DaemonCommand, parseCommand } from "./options.ts";
import { purge } from "./purge.ts";
import { restore } from "./restore.ts";
import { serve } from "./serve.ts";

/** The program behind the fleetless command: serve, purge, restore or doctor. Its last line says why it ended. */
const run = async (command: DaemonCommand): Promise<number> => {
  switch (command.kind) {
    case "serve":
      try {
        return await serve(command.options);
      } catch (error) {
        throw (explainFailure(error) === undefined ? fullDisk(command.options.dataDirectory) : undefined) ?? error;
      }
    case "purge":
      return purge(command.dataDirectory, command.store);
    case "restore":
      await restore(command.dataDirectory, command.file, command.key);
      return 0;
    case "doctor":
      return runDoctor(command);
  }
};

const args = process.argv.slice(2);
const store = process.env.FLEETLESS_STORE;
// No program that is started from here needs it.
delete process.env.FLEETLESS_STORE;
try {
  process.exitCode = await run(parseCommand(args, store));
} catch (error) {
  const sentence = explainFailure(error);
  if (sentence === undefined) {
    createLogger("info").error({ error: error instanceof Error ? error.stack : error }, messageOf(error));
  }
  if (args.includes("--json")) process.stdout.write(`${JSON.stringify({ error: sentence ?? messageOf(error) })}\n`);
  else if (sentence !== undefined) process.stderr.write(`fleetless: ${sentence}\n`);
  process.exitCode = 1;
}
process.exit();
