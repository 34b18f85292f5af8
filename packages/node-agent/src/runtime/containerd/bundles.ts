import { existsSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { unmountBelow } from "../../machine/mounts.ts";
import { tryCommand } from "../../machine/run-command.ts";

export interface BundlesOptions {
  /** Of a containerd of our own. */
  readonly rootDirectory: string;
  readonly stateDirectory: string;
  readonly namespace: string;
  /** Where runc keeps its containers, a directory per namespace. */
  readonly runcDirectory: string;
}

/** containerd's name for its runtime's directories. */
const runtimeDirectory = "io.containerd.runtime.v2.task";

/**
 * The directories that containerd makes for a container before it makes the container. One that is killed in between,
 * or whose cleaning up is, knows nothing of them afterwards, and takes no container of that name any more.
 */
export class Bundles {
  readonly #options: BundlesOptions;

  constructor(options: BundlesOptions) {
    this.#options = options;
  }

  /** Only for a container that containerd does not know: removes what may be left of it, whatever that is. */
  async remove(id: string): Promise<void> {
    const { rootDirectory, stateDirectory, namespace, runcDirectory } = this.#options;
    const bundle = join(stateDirectory, "containerd", runtimeDirectory, namespace, id);
    if (!existsSync(bundle)) return;
    await tryCommand("runc", ["--root", join(runcDirectory, namespace), "delete", "--force", id]);
    await unmountBelow([bundle]);
    await rm(bundle, { recursive: true, force: true });
    await rm(join(rootDirectory, runtimeDirectory, namespace, id), { recursive: true, force: true });
  }
}
