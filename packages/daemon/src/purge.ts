import { existsSync, readdirSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { withStoreLocked } from "@fleetless/control-plane";
import { createLogger } from "@fleetless/kernel";
import { purgeNode } from "@fleetless/node-agent";
import { openInstance } from "./instance.ts";
import { UsageError } from "./options.ts";

/** All that Fleetless ever puts into its data directory. */
const entries = ["control-plane", "node", "public-cidr", "fleetless.sock", "fleetless.log"];

/**
 * Removes every trace of an instance that is not running: tasks, namespaces, mounts, rules, processes, files.
 * What others keep in its directory stays, and so then does the directory. Throws where the instance runs, and
 * for a directory that is no instance's.
 */
export const purge = async (dataDirectory: string): Promise<number> => {
  if (!existsSync(dataDirectory)) return 0;
  const found = readdirSync(dataDirectory);
  if (found.length > 0 && !entries.some((entry) => found.includes(entry))) {
    throw new UsageError(`${dataDirectory} is not a data directory of Fleetless: nothing in it was touched`);
  }
  const logger = createLogger("warn");
  const instance = openInstance(dataDirectory);
  const { dataDirectory: path, name } = instance;
  await withStoreLocked(path, () => purgeNode({ instance: name, dataDirectory: path, logger }));
  for (const entry of entries) rmSync(join(path, entry), { recursive: true, force: true });
  if (readdirSync(path).length === 0) rmdirSync(path);
  return 0;
};
