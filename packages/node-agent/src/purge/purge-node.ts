import { messageOf } from "@fleetless/kernel";
import { purgeTaskNetwork } from "../network/purge-task-network.ts";
import { nodeDirectories } from "../node-directories.ts";
import { purgeRuntime } from "./purge-runtime.ts";

/**
 * Removes what an agent that is not running has on this machine: tasks, mounts, namespaces, rules, processes.
 * Needs nothing of what it removes to be whole, and may be repeated. Throws one error that names all that is left.
 */
export const purgeNode = async (options: {
  readonly instance: string;
  readonly dataDirectory: string;
}): Promise<void> => {
  const { instance } = options;
  const directories = nodeDirectories(options.dataDirectory);
  const failures: string[] = [];
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (thrown) {
      failures.push(messageOf(thrown));
    }
  };
  await attempt(() =>
    purgeRuntime({ instance, dataDirectory: directories.runtime, stateDirectory: directories.state }),
  );
  await attempt(() => purgeTaskNetwork({ instance, dataDirectory: directories.network }));
  if (failures.length > 0) throw new Error(`Not everything could be removed: ${failures.join("; ")}`);
};
