import process from "node:process";
import { Command } from "commander";
import { addConfigure } from "./commands/configure.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addDown } from "./commands/down.ts";
import { addImage } from "./commands/image.ts";
import { addRun } from "./commands/run.ts";
import { addStatus } from "./commands/status.ts";
import { addTask } from "./commands/task.ts";
import { addUp } from "./commands/up.ts";
import { CommandFailure, sentenceOf } from "./failure.ts";

const program = new Command("fleetless")
  .description("An open Fargate: serverless containers on machines you own")
  .option(
    "--data-directory <path>",
    "where all state lives",
    process.env.FLEETLESS_DATA_DIRECTORY ?? "/var/lib/fleetless",
  )
  .option("--json", "print results as JSON, one value a line")
  .showHelpAfterError("(fleetless --help shows every command)");

for (const add of [addUp, addDown, addStatus, addDoctor, addConfigure, addImage, addRun, addTask]) add(program);

try {
  await program.parseAsync();
} catch (error) {
  const failure = sentenceOf(error);
  if (program.opts<{ json?: boolean }>().json === true) process.stdout.write(`${JSON.stringify({ error: failure })}\n`);
  else process.stderr.write(`fleetless: ${failure}\n`);
  process.exitCode = error instanceof CommandFailure ? error.exitCode : 1;
}
