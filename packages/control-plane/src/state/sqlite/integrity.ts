import { existsSync, rmSync, statSync, writeFileSync } from "node:fs";
import type { Connection } from "./connection.ts";

/** The file holds what no Fleetless wrote, as after a disk's failure. */
export class StoreDamagedError extends Error {
  override readonly name = "StoreDamagedError";

  constructor(path: string, detail: string) {
    super(
      `The store ${path} is damaged (${detail}): put a backup of the data directory back, or begin anew after ` +
        "`fleetless down --purge`",
    );
  }
}

/** Bytes of a file that is checked in a moment. */
const quickBytes = 64 * 1024 * 1024;

const markOf = (path: string): string => `${path}.open`;

/** Marks the store as open, from before it is checked until it is closed. */
export const markOpen = (path: string): void => writeFileSync(markOf(path), "", { mode: 0o600 });
export const markClosed = (path: string): void => rmSync(markOf(path), { force: true });

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0;

/**
 * Whether a file is to be checked before it is trusted: the mark or SQLite's log was left behind, so that its last
 * process was killed, the machine failed or the file was found damaged; and the check takes no more than a moment.
 * Ask before the file is opened, for that may take the log away.
 */
export const needsCheck = (path: string): boolean => {
  const log = sizeOf(`${path}-wal`);
  return (log > 0 || existsSync(markOf(path))) && sizeOf(path) + log < quickBytes;
};

/** Throws StoreDamagedError. https://www.sqlite.org/pragma.html#pragma_quick_check */
export const checkIntegrity = (connection: Connection, path: string): void => {
  const found = connection.get("PRAGMA quick_check(1)")?.quick_check;
  if (found !== "ok") throw new StoreDamagedError(path, String(found).replaceAll("\n", " ").slice(0, 200));
};

const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

/** What was thrown, as a StoreDamagedError where SQLite says that the file is damaged. */
export const damageOf = (thrown: unknown, path: string): unknown => {
  if (!(thrown instanceof Error && "errcode" in thrown && typeof thrown.errcode === "number")) return thrown;
  const code = thrown.errcode & 0xff;
  return code === SQLITE_CORRUPT || code === SQLITE_NOTADB ? new StoreDamagedError(path, thrown.message) : thrown;
};
