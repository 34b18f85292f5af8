import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Where the embedded store of a data directory is. */
export const storePath = (dataDirectory: string): string => join(dataDirectory, "control-plane", "store.sqlite");

/** What a data directory remembers of a store that is elsewhere. */
export interface RecordedLocation {
  /** Without the password. */
  readonly url: string;
  readonly hasPassword: boolean;
}

const recordPath = (dataDirectory: string): string => join(dataDirectory, "control-plane", "store-location.json");

export const recordedLocation = (dataDirectory: string): RecordedLocation | undefined => {
  const path = recordPath(dataDirectory);
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
};

export const recordLocation = (dataDirectory: string, location: RecordedLocation): void => {
  const path = recordPath(dataDirectory);
  writeFileSync(`${path}.new`, `${JSON.stringify(location)}\n`, { mode: 0o600 });
  renameSync(`${path}.new`, path);
};
