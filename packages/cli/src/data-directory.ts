import { accessSync, constants, mkdirSync, statfsSync, statSync } from "node:fs";
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
 * Makes the data directory, and those above it, where they are missing, for root alone. Throws a CommandFailure
 * where that fails, and where nothing can be written there.
 * Node's own recursion never ends where the kernel says ENOENT of a directory that is there, as in /proc.
 */
export const makeDataDirectory = (path: string): void => {
  try {
    make(path);
  } catch (error) {
    throw new CommandFailure(`The data directory ${path} cannot be made: ${reasonOf(error)}`);
  }
  if (!statSync(path).isDirectory()) throw new CommandFailure(`The data directory ${path} is not a directory`);
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw new CommandFailure(`The data directory ${path} cannot be written: ${reasonOf(error)}`);
  }
  if (isFull(path)) throw new CommandFailure(fullSentence(path));
};

/** Bytes without which not even the beginning of a log can be written. */
const leastRoom = 1024 * 1024;

/** Whether the disk that holds a directory has no room left, not even for root. */
export const isFull = (path: string): boolean => {
  const { blocks, bfree, bsize } = statfsSync(path);
  return blocks > 0 && bfree * bsize < leastRoom;
};

export const fullSentence = (path: string): string =>
  `The disk that holds the data directory ${path} is full: free some room, or choose another with --data-directory`;

const reasonOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "EROFS") return "its file system is read-only. Choose another with --data-directory";
  if (code === "ENOSPC") return "the disk is full. Free some room, or choose another with --data-directory";
  return error.message;
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
