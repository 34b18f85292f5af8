import { copyFileSync, statSync, truncateSync } from "node:fs";

/** Bytes after which a log is begun anew; it and the one before it are kept. */
const defaultLimit = 8 * 1024 * 1024;

/**
 * Begins a log anew that has grown large. Whoever writes it has it open to append, and so goes on at its new end. What
 * is written between the copy and the end of this call is lost. A log that is not there is none too large.
 */
export const limitLog = (path: string, limit = defaultLimit): void => {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size <= limit) return;
  copyFileSync(path, `${path}.1`);
  truncateSync(path);
};
