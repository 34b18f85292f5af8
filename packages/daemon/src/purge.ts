import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";
import { dropStore, withStoreLocked } from "@fleetless/control-plane";
import { purgeNode } from "@fleetless/node-agent";
import { type Instance, instanceAt } from "./instance.ts";
import { UsageError } from "./options.ts";
import { removeRootKey } from "./root-key-source.ts";

/** All that Fleetless ever puts into its data directory. */
const entries = ["control-plane", "node", "registry", "public-cidr", "fleetless.sock", "fleetless.log"];
const stopMilliseconds = 10_000;

/**
 * Removes every trace of an instance that is not running: tasks, namespaces, mounts, rules, processes, files.
 * What others keep in its directory stays, and so then does the directory. Where the directory was deleted by hand,
 * all that carries the instance's name still goes. Throws where the instance runs, and for a directory that is no
 * instance's. A schema in PostgreSQL goes too.
 */
export const purge = async (dataDirectory: string, store?: string): Promise<number> => {
  const instance = instanceAt(dataDirectory);
  const { dataDirectory: path, name } = instance;
  const found = existsSync(path) ? readdirSync(path) : [];
  if (found.length > 0 && !entries.some((entry) => found.includes(entry))) {
    throw new UsageError(`${path} is not a data directory of Fleetless: nothing in it was touched`);
  }
  if (!found.includes("control-plane")) {
    process.stderr.write(
      `${path} holds no Fleetless (any more): its settings and records cannot be found. ` +
        `Removing what carries the name ${name} of the instance that would be there.\n`,
    );
    // Its lock is gone with its directory, so that one may still run.
    await endDaemon(instance);
  }
  await withStoreLocked(path, async () => {
    await purgeNode({ instance: name, dataDirectory: path });
    // Before the directory forgets where it is.
    await dropStore(path, store);
  });
  removeRootKey(name);
  for (const entry of entries) rmSync(join(path, entry), { recursive: true, force: true });
  if (existsSync(path) && readdirSync(path).length === 0) rmdirSync(path);
  return 0;
};

const endDaemon = async (instance: Instance): Promise<void> => {
  for (let waited = 0; waited < 2 * stopMilliseconds; waited += 50) {
    const pids = daemonsOf(instance);
    if (pids.length === 0) return;
    for (const pid of pids) {
      if (waited === 0) signal(pid, "SIGTERM");
      else if (waited >= stopMilliseconds) signal(pid, "SIGKILL");
    }
    await sleep(50);
  }
};

const signal = (pid: number, name: NodeJS.Signals): void => {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
};

/** Processes of `fleetless up` with this data directory. */
const daemonsOf = ({ dataDirectory }: Instance): readonly number[] =>
  readdirSync("/proc")
    .filter((entry) => /^\d+$/.test(entry))
    .filter((entry) => {
      const parameters = argumentsOf(entry);
      const directory = parameters[parameters.indexOf("--data-directory") + 1];
      return (
        parameters.includes("serve") &&
        parameters.some((part) => part.endsWith("/daemon/src/main.ts")) &&
        directory !== undefined &&
        instanceAt(directory).dataDirectory === dataDirectory
      );
    })
    .map(Number);

const argumentsOf = (pid: string): readonly string[] => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
  } catch {
    return [];
  }
};
