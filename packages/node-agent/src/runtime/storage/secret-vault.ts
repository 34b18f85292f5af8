import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import type { ContainerSecrets, WorkloadId } from "@fleetless/kernel";
import { isMountPoint } from "../../machine/mounts.ts";
import { runCommand, tryCommand } from "../../machine/run-command.ts";
import type { OciProcess, OciSpec } from "../spec/oci.ts";
import type { BindMount } from "./volumes.ts";

/** Whose the files of a container are. */
export interface FileOwner {
  readonly uid: number;
  readonly gid: number;
}

interface FilePlaces {
  readonly owner: FileOwner;
  /** By the path in the container: the directory here that is mounted there, and the file's name in it. */
  readonly places: Readonly<Record<string, { readonly directory: string; readonly name: string }>>;
}

const mountOptions = "mode=0700,size=256m,nosuid,nodev,noexec";

/**
 * What containers are given of secrets, in memory: a tmpfs that no loss of power and no backup carries away. One
 * directory per container, which only root enters; what a container sees of its own is mounted into it.
 */
export class SecretVault {
  readonly directory: string;

  constructor(directory: string) {
    this.directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /** May be repeated; a mount of an earlier run is kept with all that is in it. */
  async open(): Promise<void> {
    if (isMountPoint(this.directory)) return;
    const mount = (options: string): readonly string[] => ["-t", "tmpfs", "-o", options, "tmpfs", this.directory];
    // Kernels before 6.4 know no way to keep one tmpfs out of the swap space.
    const { exitCode } = await tryCommand("mount", mount(`${mountOptions},noswap`));
    if (exitCode !== 0) await runCommand("mount", mount(mountOptions));
  }

  /** Keeps what the container `containerId` gets, and answers what is to be mounted into it. */
  keep(containerId: string, secrets: ContainerSecrets, owner: FileOwner): readonly BindMount[] {
    const own = join(this.directory, containerId);
    mkdirSync(own, { recursive: true, mode: 0o700 });
    const lines = secrets.environment.map(({ name, value }) => `${name}=${value}`);
    writeFileSync(join(own, "environment.json"), JSON.stringify(lines), { mode: 0o600 });
    const parents = [...new Set(secrets.files.map(({ path }) => parentOf(path)))];
    const places = Object.fromEntries(
      secrets.files.map(({ path }) => {
        const directory = `files-${parents.indexOf(parentOf(path))}`;
        return [path, { directory, name: path.slice(parentOf(path).length + 1) }];
      }),
    );
    writeFileSync(join(own, "files.json"), JSON.stringify({ owner, places } satisfies FilePlaces), { mode: 0o600 });
    for (const index of parents.keys()) mkdirSync(join(own, `files-${index}`), { recursive: true, mode: 0o755 });
    this.writeFiles(containerId, secrets.files);
    return parents.map((containerPath, index) => ({
      source: join(own, `files-${index}`),
      containerPath,
      readOnly: true,
    }));
  }

  /** Replaces each file in one step, so that a reader sees the old value or the new. Answers whether it has a place. */
  writeFiles(containerId: string, files: ContainerSecrets["files"]): boolean {
    const kept = this.#read<FilePlaces>(containerId, "files.json");
    if (kept === undefined) return false;
    for (const { path, content } of files) {
      const place = kept.places[path];
      if (place === undefined) continue;
      const target = join(this.directory, containerId, place.directory, place.name);
      const bytes = Buffer.from(content, "base64");
      if (existsSync(target) && readFileSync(target).equals(bytes)) continue;
      const fresh = join(this.directory, containerId, place.directory, `.${place.name}.new`);
      rmSync(fresh, { force: true });
      writeFileSync(fresh, bytes, { mode: 0o400 });
      chownSync(fresh, kept.owner.uid, kept.owner.gid);
      renameSync(fresh, target);
    }
    return true;
  }

  /** A process of the container with the variables that are kept nowhere else; they win over all others. */
  complete(containerId: string, process: OciProcess): OciProcess {
    const lines = this.#read<readonly string[]>(containerId, "environment.json") ?? [];
    if (lines.length === 0) return process;
    const names = new Set(lines.map((line) => line.slice(0, line.indexOf("="))));
    const others = process.env.filter((line) => !names.has(line.slice(0, line.indexOf("="))));
    return { ...process, env: [...others, ...lines] };
  }

  /**
   * The specification that the runtime gets in place of the one that containerd writes to disk, in two halves: where
   * the root file system is, between them, only containerd knows. See vaultBundle.
   */
  keepSpec(containerId: string, spec: OciSpec): void {
    const { root: before, ...others } = spec;
    const root = { ...before, path: rootPlace };
    const whole = JSON.stringify({ root, ...others, process: this.complete(containerId, spec.process) });
    const at = whole.indexOf(rootPlace);
    const [head, tail] = [whole.slice(0, at), whole.slice(at + rootPlace.length)];
    writeFileSync(join(this.directory, containerId, "config.head"), head, { mode: 0o600 });
    writeFileSync(join(this.directory, containerId, "config.tail"), tail, { mode: 0o600 });
  }

  /** Once the container's process runs. */
  forgetSpec(containerId: string): void {
    for (const name of ["config.head", "config.tail", "config.json"]) {
      rmSync(join(this.directory, containerId, name), { force: true });
    }
  }

  remove(containerId: string): void {
    rmSync(join(this.directory, containerId), { recursive: true, force: true });
  }

  /** Of every container of a task. */
  removeAll(id: WorkloadId): void {
    for (const name of readdirSync(this.directory)) if (name.startsWith(id)) this.remove(name);
  }

  #read<Value>(containerId: string, name: string): Value | undefined {
    const path = join(this.directory, containerId, name);
    return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Value) : undefined;
  }
}

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf("/"));

/** Stands first in the specification, so that nothing else in it is taken for it. */
const rootPlace = "@the container's root file system@";

/**
 * Lines of a shell program that is called as runc is: where the vault has a specification for the container, which is
 * the last argument, `--bundle` names the vault's in place of the one that containerd wrote to disk.
 */
export const vaultBundle = (vault: string): string => `for vaulted in "$@"; do :; done
vaulted=${vault}/$vaulted
if [ -f "$vaulted/config.head" ]; then
  before=
  rest=$#
  while [ "$rest" -gt 0 ]; do
    argument=$1
    shift
    if [ "$before" = --bundle ]; then
      (umask 077 && { cat "$vaulted/config.head" && printf %s "$argument/rootfs" && cat "$vaulted/config.tail"; } >"$vaulted/config.json") || exit 1
      set -- "$@" "$vaulted"
    else
      set -- "$@" "$argument"
    fi
    before=$argument
    rest=$((rest - 1))
  done
fi
`;
