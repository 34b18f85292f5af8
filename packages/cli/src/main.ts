import process from "node:process";
import { Command } from "commander";
import { addAccount } from "./commands/account.ts";
import { addAudit } from "./commands/audit.ts";
import { addBackup } from "./commands/backup.ts";
import { addConfigure } from "./commands/configure.ts";
import { addCost } from "./commands/cost.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addDown } from "./commands/down.ts";
import { addIam } from "./commands/iam.ts";
import { addImage } from "./commands/image.ts";
import { addRun } from "./commands/run.ts";
import { addStatus } from "./commands/status.ts";
import { addTask } from "./commands/task.ts";
import { addUp } from "./commands/up.ts";
import { addVpc } from "./commands/vpc.ts";
import { CommandFailure, sentenceOf } from "./failure.ts";
import { throwUsageErrors, usageFailureOf, wantsJson } from "./usage.ts";

const json = wantsJson(process.argv);

const program = new Command("fleetless")
  .description("An open Fargate: serverless containers on machines you own")
  .option(
    "--data-directory <path>",
    "where all state lives",
    process.env.FLEETLESS_DATA_DIRECTORY ?? "/var/lib/fleetless",
  )
  .option("--json", "print results as JSON, one value a line")
  .showHelpAfterError("(fleetless --help shows every command)");
throwUsageErrors(program, json);

for (const add of [
  addUp,
  addDown,
  addStatus,
  addDoctor,
  addConfigure,
  addImage,
  addRun,
  addTask,
  addAccount,
  addAudit,
  addCost,
  addIam,
  addBackup,
  addVpc,
])
  add(program);

try {
  await program.parseAsync();
} catch (thrown) {
  const usage = usageFailureOf(thrown);
  if (usage !== undefined) {
    const sentence = sentenceOf(usage);
    if (json) process.stdout.write(`${JSON.stringify({ error: sentence })}\n`);
    else if (usage === thrown) process.stderr.write(`fleetless: ${sentence}\n`);
    process.exitCode = usage instanceof CommandFailure ? usage.exitCode : 1;
  }
}
