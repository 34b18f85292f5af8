import { existsSync } from "node:fs";
import { lstat, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerSpec, Workload } from "@fleetless/kernel";
import { runCommand } from "../../machine/run-command.ts";
import { resolveWithin } from "./read-within.ts";

export interface BindMount {
  readonly source: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

interface Declared {
  /** Directory name on the task's ephemeral storage. */
  readonly directory: string;
  readonly containerPath: string;
  readonly readOnly: boolean;
}

const normalised = (path: string): string => `/${path.split("/").filter(Boolean).join("/")}`;

/** A path as one directory name: `%` and `/` are spelled out. */
const flattened = (path: string): string => encodeURIComponent(normalised(path));

/**
 * What is mounted into a container: its mount points, then the directories that its image declares as volumes,
 * then what it takes over with volumesFrom. `imageVolumes` answers what a container's image declares.
 */
export const declaredVolumes = (
  workload: Workload,
  container: ContainerSpec,
  imageVolumes: (containerName: string) => readonly string[],
  seen: readonly string[] = [],
): readonly Declared[] => {
  const mounts = new Map<string, Declared>();
  const add = (mount: Declared): void => {
    if (!mounts.has(mount.containerPath)) mounts.set(mount.containerPath, mount);
  };
  for (const { sourceVolume, containerPath, readOnly } of container.mountPoints) {
    if (!workload.volumes.some((volume) => volume.name === sourceVolume))
      throw new Error(`the volume ${sourceVolume} of the mount point ${containerPath} is not defined`);
    add({
      directory: join("named", encodeURIComponent(sourceVolume)),
      containerPath: normalised(containerPath),
      readOnly,
    });
  }
  for (const { sourceContainer, readOnly } of container.volumesFrom) {
    const source = workload.containers.find((candidate) => candidate.name === sourceContainer);
    if (source === undefined) throw new Error(`the container ${sourceContainer} of volumesFrom is not defined`);
    if (seen.includes(sourceContainer)) throw new Error(`volumesFrom of ${sourceContainer} leads back to itself`);
    for (const mount of declaredVolumes(workload, source, imageVolumes, [...seen, container.name]))
      add({ ...mount, readOnly: readOnly || mount.readOnly });
  }
  for (const path of imageVolumes(container.name))
    add({
      directory: join("image", encodeURIComponent(container.name), flattened(path)),
      containerPath: normalised(path),
      readOnly: false,
    });
  return [...mounts.values()];
};

/**
 * Makes the directories on the ephemeral storage. Where the image declares the path as a volume, a directory that
 * is still empty gets the image's content and ownership, as at a first mount in Docker.
 */
export const prepareVolumes = async (
  storageDirectory: string,
  declared: readonly Declared[],
  imageVolumes: readonly string[],
  imageRoot: () => Promise<string>,
): Promise<readonly BindMount[]> => {
  const copied = new Set(imageVolumes.map(normalised));
  const mounts: BindMount[] = [];
  for (const { directory, containerPath, readOnly } of declared) {
    const source = join(storageDirectory, "volumes", directory);
    mounts.push({ source, containerPath, readOnly });
    if (existsSync(source) && (!copied.has(containerPath) || (await readdir(source)).length > 0)) continue;
    await mkdir(source, { recursive: true, mode: 0o755 });
    if (!copied.has(containerPath)) continue;
    const content = await resolveWithin(await imageRoot(), containerPath);
    if (content === undefined || !(await lstat(content)).isDirectory()) continue;
    await runCommand("cp", ["-a", "--", `${content}/.`, source], { timeoutMilliseconds: 300_000 });
  }
  return mounts;
};
