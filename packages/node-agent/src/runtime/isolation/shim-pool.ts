import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, messageOf } from "@fleetless/kernel";
import { standardPath } from "../../machine/programs.ts";
import type { Quiet } from "../../machine/quiet.ts";
import { stopProcess } from "../containerd/daemon.ts";
import { shimSocketPath } from "./shim-socket.ts";

export interface ShimPoolOptions {
  /** Where our own shim is put, for containerd's PATH. */
  readonly directory: string;
  readonly namespace: string;
  readonly containerdAddress: string;
  /** See DaemonOptions. */
  readonly volatileDirectory: string;
  /** How many are kept ready. */
  readonly ready: number;
  readonly logger: Logger;
  readonly quiet: Quiet;
}

interface Shim {
  readonly group: string;
  /** What `containerd-shim-runc-v2 start` printed: an address, or JSON with one in it. */
  readonly answer: string;
}

/** The name by which containerd finds our shim: containerd-shim-fleetless-v1. */
export const pooledRuntime = "io.containerd.fleetless.v1";

const groupPrefix = "pool-";
const realShim = "containerd-shim-runc-v2";

/**
 * containerd's own shims, started before a task needs one. containerd starts what it takes for a shim; ours only
 * answers the address of a running one that was set aside for the container, and is the real shim otherwise.
 */
export class ShimPool {
  readonly #options: ShimPoolOptions;
  readonly #ready: Shim[] = [];
  readonly #starting = new Set<string>();
  #refill: Promise<void> | undefined;
  #closed = false;

  constructor(options: ShimPoolOptions) {
    this.#options = options;
    const { directory } = options;
    mkdirSync(join(directory, "answers"), { recursive: true, mode: 0o700 });
    mkdirSync(join(directory, "groups"), { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, "containerd-shim-fleetless-v1"), this.#script(), { mode: 0o755 });
  }

  #script(): string {
    const answers = join(this.#options.directory, "answers").replaceAll("'", "'\\''");
    return `#!/bin/sh
for argument in "$@"; do
  [ "$before" = -id ] && id=$argument
  before=$argument
done
if [ "$before" = start ] && [ -r '${answers}'/"$id" ]; then
  IFS= read -r answer <'${answers}'/"$id"
  case $answer in unix:*) printf %s "$answer" >address ;; esac
  printf %s "$answer"
  exit 0
fi
exec ${realShim} "$@"
`;
  }

  fill(): void {
    if (this.#refill !== undefined || this.#closed) return;
    const work = async (): Promise<void> => {
      while (!this.#closed && this.#ready.length < this.#options.ready) {
        await this.#options.quiet.calm();
        if (!this.#closed) await this.#add(`${groupPrefix}${randomBytes(8).toString("hex")}`);
      }
    };
    this.#refill = work()
      .catch((thrown: unknown) =>
        this.#options.logger.warn({ error: messageOf(thrown) }, "a shim could not be made ready"),
      )
      .finally(() => {
        this.#refill = undefined;
      });
  }

  async #add(group: string): Promise<void> {
    this.#starting.add(group);
    try {
      this.#ready.push(await this.#start(group));
    } finally {
      this.#starting.delete(group);
    }
  }

  async #start(group: string): Promise<Shim> {
    const { containerdAddress, namespace, volatileDirectory } = this.#options;
    const directory = join(this.#options.directory, "groups", group);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    writeFileSync(join(directory, "log"), "");
    writeFileSync(
      join(directory, "config.json"),
      JSON.stringify({ ociVersion: "1.0.2", annotations: { "io.containerd.runc.v2.group": group } }),
    );
    const parameters = [
      "-namespace",
      namespace,
      "-address",
      containerdAddress,
      "-publish-binary",
      "containerd",
      "-id",
      group,
      "start",
    ];
    const answer = await new Promise<string>((resolve, reject) => {
      const child = spawn(realShim, parameters, {
        cwd: directory,
        stdio: ["ignore", "pipe", "pipe"],
        env: {
          PATH: standardPath,
          MAX_SHIM_VERSION: "2",
          GOMAXPROCS: "2",
          TTRPC_ADDRESS: `${containerdAddress}.ttrpc`,
          GRPC_ADDRESS: containerdAddress,
          NAMESPACE: namespace,
          XDG_RUNTIME_DIR: volatileDirectory,
        },
      });
      let output = "";
      let errors = "";
      child.stdout.on("data", (chunk: Buffer) => {
        output = (output + chunk.toString()).slice(0, 4096);
      });
      child.stderr.on("data", (chunk: Buffer) => {
        errors = (errors + chunk.toString()).slice(0, 4096);
      });
      child.on("error", reject);
      // Not at its exit: what it printed may be read only after that.
      child.on("close", (code) => {
        if (code === 0 && output !== "") resolve(output.trim());
        else reject(new Error(`${realShim} ended with ${code}: ${errors.trim()}`));
      });
    });
    const pid = await pidOf(group);
    if (pid !== undefined) writeFileSync(join(directory, "pid"), String(pid));
    writeFileSync(join(directory, "answer"), `${answer}\n`);
    return { group, answer };
  }

  /** Takes a ready shim for a task, if there is one; its containers are then given to it with `assign`. */
  claim(): string | undefined {
    let shim = this.#ready.shift();
    while (shim !== undefined && !this.#runs(shim.group)) {
      void this.release(shim.group);
      shim = this.#ready.shift();
    }
    this.fill();
    return shim?.group;
  }

  #runs(group: string): boolean {
    try {
      const pid = readFileSync(join(this.#options.directory, "groups", group, "pid"), "utf8");
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(group);
    } catch {
      return false;
    }
  }

  /** From now on containerd finds the shim of this group for the container. */
  assign(group: string, containerId: string): void {
    const { directory } = this.#options;
    try {
      const answer = readFileSync(join(directory, "groups", group, "answer"), "utf8");
      writeFileSync(join(directory, "answers", containerId), answer);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ENOENT") throw thrown;
    }
  }

  unassign(containerId: string): void {
    rmSync(join(this.#options.directory, "answers", containerId), { force: true });
  }

  /** The group's last container is gone. The shim ends by itself then; one that never had a container is ended. */
  async release(group: string): Promise<void> {
    const directory = join(this.#options.directory, "groups", group);
    const recorded = Number(await readFile(join(directory, "pid"), "utf8").catch(() => ""));
    const pid = recorded > 1 ? recorded : await pidOf(group);
    if (pid !== undefined && (await isShim(pid, group))) await stopProcess(pid);
    await rm(directory, { recursive: true, force: true });
    const { containerdAddress, namespace } = this.#options;
    await rm(shimSocketPath(containerdAddress, namespace, group), { force: true });
  }

  /**
   * Ends every shim that is neither ready nor serves: the agent or containerd died before it noted it. `serves` is asked
   * for a group, or the workload of a shim outside the pool, and only after the shims were listed.
   */
  async removeOthers(serves: (groupOrWorkload: string) => boolean): Promise<void> {
    const noted = readdirSync(join(this.#options.directory, "groups"));
    const running = await this.#running();
    const pooled = running.flatMap(({ name }) => (name.startsWith(groupPrefix) ? name : []));
    const lostGroups = [...new Set([...noted, ...pooled])].filter(
      (group) => !serves(group) && !this.#starting.has(group) && !this.#ready.some((shim) => shim.group === group),
    );
    const lostOwn = running.filter(({ name }) => {
      const [workload] = /^[0-9a-f]{32}/.exec(name) ?? [];
      return workload !== undefined && !serves(workload);
    });
    await Promise.all([
      ...lostGroups.map((group) => this.release(group)),
      ...lostOwn.map(({ pid }) => stopProcess(pid)),
    ]);
  }

  /** Every shim of this namespace that runs, by the name that it was given: a group's, or its first container's. */
  async #running(): Promise<readonly { readonly pid: number; readonly name: string }[]> {
    const shims: { readonly pid: number; readonly name: string }[] = [];
    for (const entry of await readdir("/proc")) {
      if (!/^\d+$/.test(entry)) continue;
      const pid = Number(entry);
      const parts = await shimArguments(pid);
      const isServing = !parts.includes("start") && !parts.includes("delete");
      const name = parts[parts.indexOf("-id") + 1] ?? "";
      if (parts.includes(this.#options.namespace) && isServing) shims.push({ pid, name });
    }
    return shims;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#refill;
    await Promise.all(this.#ready.splice(0).map((shim) => this.release(shim.group)));
  }
}

/** What a shim was started with; nothing where the process is something else. */
const shimArguments = async (pid: number): Promise<readonly string[]> => {
  const parts = (await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "")).split("\0");
  return parts[0]?.endsWith(realShim) === true ? parts : [];
};

const isShim = async (pid: number, group: string): Promise<boolean> => (await shimArguments(pid)).includes(group);

const pidOf = async (group: string): Promise<number | undefined> => {
  for (const entry of (await readdir("/proc")).reverse())
    if (/^\d+$/.test(entry) && (await isShim(Number(entry), group))) return Number(entry);
  return undefined;
};
