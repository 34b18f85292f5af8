import { existsSync } from "node:fs";
import { chmod, chown, mkdir, rename } from "node:fs/promises";
import { join } from "node:path";
import type { ContainerSpec } from "@fleetless/kernel";
import type { ImageAccounts } from "./image-root.ts";
import type { BindMount } from "./volumes.ts";

const parts = (path: string): readonly string[] => path.split("/").filter(Boolean);

/**
 * runsc puts a tmpfs of its own over an empty /tmp, which neither a read-only root nor the size of the ephemeral
 * storage would hold for; it leaves one alone that is mounted. So /tmp becomes a directory of the container's own on
 * the task's storage, read-only where the root is, unless the container mounts something there itself.
 */
export const ownTmp = async (
  directory: string,
  container: ContainerSpec,
  binds: readonly BindMount[],
  { emptyTmp }: Pick<ImageAccounts, "emptyTmp">,
): Promise<readonly BindMount[]> => {
  const mounted = [...binds, ...container.linux.tmpfs].map(({ containerPath }) => parts(containerPath));
  if (emptyTmp === undefined || mounted.some(([first, second]) => first === "tmp" && second === undefined)) return [];
  const source = join(directory, "tmp");
  if (!existsSync(source)) {
    const fresh = `${source}.new`;
    await mkdir(fresh, { recursive: true });
    await chown(fresh, emptyTmp.uid, emptyTmp.gid);
    await chmod(fresh, emptyTmp.mode);
    await rename(fresh, source);
  }
  return [{ source, containerPath: "/tmp", readOnly: container.readonlyRootFilesystem }];
};
