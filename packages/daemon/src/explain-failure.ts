import { existsSync, statfsSync } from "node:fs";

/** What a person can do about a failure of the system, by its code. */
const explanations: Readonly<Record<string, (error: SystemFailure) => string>> = {
  EADDRINUSE: ({ address, port }) =>
    `Something listens on ${address}:${port} already: choose another address with --listen`,
  EADDRNOTAVAIL: ({ address }) => `This machine has no address ${address}: choose one of its own with --listen`,
  ENOTFOUND: ({ hostname }) => `There is no address ${hostname}: choose one of this machine's own with --listen`,
  EROFS: ({ path }) => `${path} cannot be written, as its file system is read-only: choose another --data-directory`,
  EACCES: ({ path, message }) =>
    path === undefined ? message : `${path} must not be used by this user: run this command as root`,
  ENOSPC: ({ path }) => `The disk that holds ${path ?? "the data directory"} is full: free some room`,
};

/** Result codes of SQLite. https://www.sqlite.org/rescode.html */
const storeExplanations: Readonly<Record<number, string>> = {
  8: "The store cannot be written: choose another --data-directory, or make this one writable",
  10: "The store cannot be read or written: the disk that holds the data directory fails or is full",
  11: "The store is damaged: put a backup of the data directory back, or begin anew after `fleetless down --purge`",
  13: "The disk that holds the data directory is full: free some room",
  26: "The store is damaged: put a backup of the data directory back, or begin anew after `fleetless down --purge`",
};

interface SystemFailure extends Error {
  readonly code?: unknown;
  readonly errcode?: unknown;
  readonly address?: string;
  readonly port?: number;
  readonly path?: string;
  readonly hostname?: string;
}

/** Failures whose own message says all: those are met in daily use. */
const plain: ReadonlySet<string> = new Set([
  "UsageError",
  "RootKeyError",
  "StoreInUseError",
  "StoreVersionError",
  "StoreDamagedError",
  "StoreLocationError",
  "BackupError",
  "StoreUnavailableError",
  "FullDiskError",
  "UnfitMachineError",
]);

/** A sentence for the person who started it; undefined for a failure that only its stack can explain. */
export const explainFailure = (thrown: unknown): string | undefined => {
  if (!(thrown instanceof Error)) return undefined;
  const failure: SystemFailure = thrown;
  if (plain.has(failure.name)) return failure.message;
  if (typeof failure.errcode === "number") return storeExplanations[failure.errcode & 0xff];
  return typeof failure.code === "string" && Object.hasOwn(explanations, failure.code)
    ? explanations[failure.code]?.(failure)
    : undefined;
};

/** Less than this and nothing can be started: what fails then fails for want of room, whatever it says itself. */
const neededBytes = 1024 * 1024;

export class FullDiskError extends Error {
  override readonly name = "FullDiskError";
}

/** The error of a data directory on a full disk; undefined where there is room, or no such directory. */
export const fullDisk = (dataDirectory: string): FullDiskError | undefined => {
  if (!existsSync(dataDirectory)) return undefined;
  const { bavail, bsize } = statfsSync(dataDirectory);
  if (bavail * bsize >= neededBytes) return undefined;
  return new FullDiskError(
    `The disk that holds the data directory ${dataDirectory} is full: free some room, or choose another with --data-directory`,
  );
};
