import { mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import process from "node:process";
import { CommandFailure } from "./failure.ts";

/** Throws a CommandFailure for anyone but root. */
export const requireRoot = (): void => {
  if (process.getuid?.() !== 0) {
    throw new CommandFailure(
      "Fleetless needs root, for namespaces, mounts and network rules. Run this as root (sudo).",
    );
  }
};

/**
 * Makes the data directory, and those above it, where they are missing, for root alone. Throws a CommandFailure.
 * Node's own recursion never ends where the kernel says ENOENT of a directory that is there, as in /proc.
 */
export const makeDataDirectory = (path: string): void => {
  try {
    make(path);
  } catch (error) {
    throw new CommandFailure(
      `The data directory ${path} cannot be made: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (!statSync(path).isDirectory()) throw new CommandFailure(`The data directory ${path} is not a directory`);
};

const make = (path: string): void => {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : undefined;
    if (code === "EEXIST") return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    make(dirname(path));
    mkdirSync(path, { mode: 0o700 });
  }
};
