import { createHash } from "node:crypto";
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";

/** One Fleetless on a machine that may hold several: all it names carries `name`, all it keeps is below `dataDirectory`. */
export interface Instance {
  /** Six hexadecimal digits made from the data directory's path. */
  readonly name: string;
  readonly dataDirectory: string;
  readonly socketPath: string;
}

/** Makes the data directory, readable by root alone, where it is missing. */
export const openInstance = (dataDirectory: string): Instance => {
  mkdirSync(dataDirectory, { recursive: true, mode: 0o700 });
  const path = realpathSync(dataDirectory);
  const digest = createHash("sha256").update(path).digest();
  return {
    name: digest.toString("hex").slice(0, 6),
    dataDirectory: path,
    socketPath: join(path, "fleetless.sock"),
  };
};
