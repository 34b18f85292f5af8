import process from "node:process";
import type { Command } from "commander";
import { connect } from "../connection.ts";
import { settingsOf } from "../settings.ts";

/** What the daemon finds when it follows the audit trail's chain of digests. */
interface Verification {
  readonly records: number;
  readonly head?: string;
  readonly brokenAt?: number;
}

export const addAudit = (program: Command): void => {
  program
    .command("audit")
    .description("the record of every call")
    .command("verify")
    .description("check that no record was changed, left out or put in")
    .action(async (_options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      const verification = await local.get<Verification>("/audit/verification");
      output.result(verification, describe(verification));
      if (verification.brokenAt !== undefined) process.exitCode = 1;
    });
};

const describe = ({ records, head, brokenAt }: Verification): string =>
  brokenAt === undefined
    ? `${records} records, each as it was written. The newest has the digest ${head ?? "(none)"}: keep it elsewhere, and a shortened trail shows too.`
    : `The audit trail was changed: record ${brokenAt} does not follow on the ${records} before it.`;
