import type { Command } from "commander";
import { connect } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { table } from "../output.ts";
import { settingsOf } from "../settings.ts";

interface Account {
  readonly accountId: string;
  /** Milliseconds since the Unix epoch. */
  readonly createdAt: number;
}

const accountPattern = /^\d{12}$/;

export const addAccount = (program: Command): void => {
  const account = program
    .command("account")
    .description("AWS accounts of this Fleetless, each with a root user of its own");
  account
    .command("create [number]")
    .description("make an account; of a number of 12 digits, or of one that is free")
    .action(async (accountId: string | undefined, _options: object, command: Command) => {
      if (accountId !== undefined && !accountPattern.test(accountId))
        throw new CommandFailure(`${accountId} is no account's number: it has 12 digits`);
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      const made = await local.post<Account>("/accounts", { accountId });
      const next = `fleetless configure --account ${made.accountId} --profile account-${made.accountId}`;
      output.result(made, `Account ${made.accountId} is there. \`${next}\` writes a profile of its root user.`);
    });
  account
    .command("list")
    .description("every account, and since when it is there")
    .action(async (_options: object, command: Command) => {
      const { dataDirectory, output } = settingsOf(command);
      const { local } = await connect(dataDirectory);
      const accounts = await local.get<readonly Account[]>("/accounts");
      output.result(
        accounts,
        table(accounts.map(({ accountId, createdAt }) => [accountId, new Date(createdAt).toISOString()])),
      );
    });
};
