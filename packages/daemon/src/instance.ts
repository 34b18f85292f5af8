import { createHash } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** One Fleetless on a machine that may hold several: all it names carries `name`, all it keeps is below `dataDirectory`. */
export interface Instance {
  /** Six hexadecimal digits made from the data directory's path. */
  readonly name: string;
  readonly dataDirectory: string;
  readonly socketPath: string;
}

/** The path without symbolic links, as far as it exists. */
const realPath = (path: string): string => {
  try {
    return realpathSync(path);
  } catch (error) {
    const isAbsent = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isAbsent || dirname(path) === path) throw error;
    return join(realPath(dirname(path)), basename(path));
  }
};

/** The instance whose data directory this is, or was. */
export const instanceAt = (dataDirectory: string): Instance => {
  const path = realPath(dataDirectory);
  const digest = createHash("sha256").update(path).digest();
  return {
    name: digest.toString("hex").slice(0, 6),
    dataDirectory: path,
    socketPath: join(path, "fleetless.sock"),
  };
};

/** Makes the data directory, readable by root alone, where it is missing. */
export const openInstance = (dataDirectory: string): Instance => {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  return instanceAt(dataDirectory);
};
