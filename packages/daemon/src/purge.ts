import { existsSync, rmSync } from "node:fs";
import { createLogger } from "@fleetless/kernel";
import { purgeNode } from "@fleetless/node-agent";
import { openInstance } from "./instance.ts";

/** Removes every trace of an instance that is not running: tasks, namespaces, mounts, rules, processes, files. */
export const purge = async (dataDirectory: string): Promise<number> => {
  if (!existsSync(dataDirectory)) return 0;
  const logger = createLogger("warn");
  const instance = openInstance(dataDirectory);
  await purgeNode({ instance: instance.name, dataDirectory: instance.dataDirectory, logger });
  rmSync(instance.dataDirectory, { recursive: true, force: true });
  return 0;
};
