import { type Command, CommanderError } from "commander";
import { CommandFailure } from "./failure.ts";

/** Asked for anywhere on the command line, as it is not parsed yet where the rest cannot be. */
export const wantsJson = (args: readonly string[]): boolean => args.includes("--json");

/** Makes wrong usage an error like any other, so that `--json` answers JSON then too. */
export const throwUsageErrors = (program: Command, json: boolean): void => {
  program.exitOverride();
  if (json) program.configureOutput({ writeErr: () => undefined });
};

/** What was thrown, with the parser's complaint as a failure; undefined where it was a wish for help. */
export const usageFailureOf = (thrown: unknown): unknown => {
  if (!(thrown instanceof CommanderError)) return thrown;
  if (thrown.exitCode === 0) return undefined;
  const complaint = thrown.code === "commander.help" ? "A command is missing" : thrown.message.replace(/^error: /, "");
  return new CommandFailure(
    `${complaint.replaceAll("\n", " ")} (fleetless --help shows every command)`,
    thrown.exitCode,
  );
};
