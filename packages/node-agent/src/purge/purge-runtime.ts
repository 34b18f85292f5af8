import { existsSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { detachLoopDevicesBelow, unmountBelow } from "../machine/mounts.ts";
import { killProcesses } from "../machine/processes.ts";
import { readHierarchy } from "../runtime/cgroups/hierarchy.ts";
import { removeCgroup } from "../runtime/cgroups/task-cgroup.ts";
import { type RuntimeDirectories, runtimeDirectories } from "../runtime/directories.ts";
import { shimSocketPath } from "../runtime/isolation/shim-socket.ts";
import { isContainerdOf, isOfRuntime, type RuntimeMarks, shimsAmong } from "./instance-processes.ts";

export interface PurgeRuntimeOptions {
  readonly instance: string;
  readonly dataDirectory: string;
  readonly stateDirectory: string;
}

const namesIn = async (directory: string): Promise<readonly string[]> =>
  existsSync(directory) ? await readdir(directory) : [];

/** The groups of shims that the instance knows of, whether or not they run. */
const recordedGroups = async (directories: RuntimeDirectories): Promise<readonly string[]> => {
  const groups = [...(await namesIn(join(directories.shims, "groups")))];
  for (const task of await namesIn(directories.sandboxes))
    for (const name of await namesIn(join(directories.sandboxes, task)).catch(() => [])) {
      if (!name.endsWith(".json")) continue;
      const text = await readFile(join(directories.sandboxes, task, name), "utf8").catch(() => "");
      const group = /"shimGroup":"([\w.-]+)"/.exec(text)?.[1];
      if (group !== undefined) groups.push(group);
    }
  return groups;
};

/**
 * Removes the runtime of an instance that is not running, whatever state it is in: nothing is asked of containerd,
 * of shims or of records that may be broken or gone. Kills the containers.
 */
export const purgeRuntime = async (options: PurgeRuntimeOptions): Promise<void> => {
  const namespace = `fleetless-${options.instance}`;
  const directories = runtimeDirectories(options.dataDirectory, options.stateDirectory);
  const { state, sandboxes, containerdRoot } = directories;
  const marks: RuntimeMarks = { namespace, state, sandboxes };
  const data = join(containerdRoot, "..");
  const address = join(state, "containerd.sock");
  const groups = await recordedGroups(directories);
  await killProcesses(isContainerdOf(marks));
  const killed = await killProcesses(isOfRuntime(marks));
  const shims = [...groups.map((id) => ({ address, id })), ...shimsAmong(killed)];
  for (const shim of shims)
    for (const group of [shim.id, `task-${shim.id}`])
      await rm(shimSocketPath(shim.address, namespace, group), { force: true });
  await unmountBelow([data, state]);
  await detachLoopDevicesBelow([data]);
  await removeCgroup(readHierarchy(), `/${namespace}`);
  await rm(state, { recursive: true, force: true });
  await rm(data, { recursive: true, force: true });
};
