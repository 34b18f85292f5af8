import { readFileSync } from "node:fs";
import process from "node:process";
import type { Command } from "commander";
import { CommandFailure } from "./failure.ts";

export interface StoreOptions {
  readonly store?: string;
  readonly storeFile?: string;
}

/** Where the state is, for a command that starts the daemon's program. */
export const addStoreOptions = (command: Command): Command =>
  command
    .option("--store <url>", "keep the state in PostgreSQL: postgres://user@host/database?schema=fleetless")
    .option("--store-file <path>", "read that URL from a file, as FLEETLESS_STORE gives it in the environment");

/**
 * What the daemon's program gets in its environment, where no other user sees it. Throws a CommandFailure for a
 * password among the arguments, which every user of the machine can read.
 */
export const storeEnvironment = (options: StoreOptions): Readonly<Record<string, string>> => {
  const { store, storeFile } = options;
  if (store !== undefined && storeFile !== undefined) {
    throw new CommandFailure("--store and --store-file say the same thing: give one of them");
  }
  if (store !== undefined && (/^[a-z]+:\/\/[^/?#]*:[^/?#]*@/i.test(store) || /[?&]password=/i.test(store))) {
    throw new CommandFailure(
      "A password among the arguments can be read by every user of this machine: " +
        "give the store's URL in FLEETLESS_STORE or with --store-file",
    );
  }
  const url = storeFile === undefined ? (store ?? process.env.FLEETLESS_STORE) : urlIn(storeFile);
  return url === undefined || url === "" ? {} : { FLEETLESS_STORE: url };
};

const urlIn = (path: string): string => {
  try {
    return readFileSync(path, "utf8").trim();
  } catch (error) {
    throw new CommandFailure(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
};
