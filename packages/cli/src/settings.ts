import type { Command } from "commander";
import { createOutput, type Output } from "./output.ts";

/** Options that every command has. */
interface GlobalOptions {
  readonly json?: boolean;
  readonly dataDirectory: string;
}

export interface Settings {
  readonly dataDirectory: string;
  readonly output: Output;
}

export const settingsOf = (command: Command): Settings => {
  const options = command.optsWithGlobals<GlobalOptions>();
  return { dataDirectory: options.dataDirectory, output: createOutput(options.json === true) };
};
