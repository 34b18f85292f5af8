import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Logger, messageOf, type ProcessRequest } from "@fleetless/kernel";
import { sessionExecPrefix } from "./container-ids.ts";
import type { Tasks } from "./containerd/tasks.ts";
import type { ImageStore } from "./images/image-store.ts";
import type { LiveContainers } from "./live-containers.ts";
import { removeNamedPipes } from "./named-pipe.ts";
import type { Sandboxes } from "./sandboxes.ts";
import { type SessionProcess, sessionPipes, startSessionProcess } from "./session-process.ts";
import type { OciProcess } from "./spec/oci.ts";
import { resolveUser } from "./spec/user.ts";
import type { ImageRoots } from "./storage/image-root.ts";
import type { ContainerFile, SandboxRecord, SandboxRecords } from "./storage/sandbox-records.ts";
import type { SecretVault } from "./storage/secret-vault.ts";

export interface SessionProcessesOptions {
  readonly tasks: Tasks;
  readonly live: LiveContainers;
  readonly sandboxes: Sandboxes;
  readonly records: SandboxRecords;
  readonly vault: SecretVault;
  readonly images: Pick<ImageStore, "find">;
  readonly imageRoots: ImageRoots;
  readonly logger: Logger;
}

const recordSuffix = ".session";

/** Commands that people and programs outside run inside containers. */
export class SessionProcesses {
  readonly #options: SessionProcessesOptions;

  constructor(options: SessionProcessesOptions) {
    this.#options = options;
  }

  /** Starts a command. Throws an Error with a sentence for users where it cannot be started. */
  async start(request: Omit<ProcessRequest, "id">): Promise<SessionProcess> {
    const { tasks, live, sandboxes, records, vault } = this.#options;
    const { workloadId, container: name } = request;
    const container = live.get({ workloadId, name });
    const record = sandboxes.get(workloadId);
    const file = container && records.readContainer(workloadId, container.containerId);
    if (container === undefined || record === undefined || file === undefined || container.exit !== undefined) {
      throw new Error(`The container ${name} does not run`);
    }
    const { containerId } = container;
    const process = vault.complete(containerId, await this.#process(file, request));
    const execId = `${sessionExecPrefix}${randomBytes(8).toString("hex")}`;
    const directory = records.directory(workloadId);
    const note = join(directory, `${execId}${recordSuffix}`);
    writeFileSync(note, containerId, { mode: 0o600 });
    try {
      const started = await startSessionProcess(tasks, {
        containerId,
        execId,
        process,
        directory,
        killAll: (pid) => sandboxes.driverOf(record).killSession(record, containerId, execId, pid),
      });
      started.ended.catch(() => undefined).finally(() => rm(note, { force: true }));
      return started;
    } catch (thrown) {
      await rm(note, { force: true });
      throw thrown;
    }
  }

  /** The container's own process with another command: its environment, limits and denied privileges stay. */
  async #process(file: ContainerFile, request: Omit<ProcessRequest, "id">): Promise<OciProcess> {
    const { command, terminal, user } = request;
    const own: OciProcess = { ...file.process, args: command, terminal };
    const process = user === undefined ? own : await this.#as(user, file, own);
    const hasTerm = process.env.some((line) => line.startsWith("TERM="));
    return terminal && !hasTerm ? { ...process, env: [...process.env, "TERM=xterm"] } : process;
  }

  async #as(user: string, file: ContainerFile, process: OciProcess): Promise<OciProcess> {
    const image = file.image === undefined ? undefined : await this.#options.images.find(file.image);
    const accounts = image && (await this.#options.imageRoots.accounts(image));
    const resolved = resolveUser(user, accounts?.passwd ?? "", accounts?.group ?? "");
    const { uid, gid, additionalGids, home } = resolved;
    const held = uid === 0 ? process.capabilities.bounding : [];
    return {
      ...process,
      user: { uid, gid, additionalGids },
      env: process.env.map((line) => (line.startsWith("HOME=") ? `HOME=${home}` : line)),
      capabilities: { ...process.capabilities, effective: held, permitted: held, inheritable: [], ambient: [] },
    };
  }

  /** Ends the commands that an agent before this one has left, once containers were found. */
  async removeOthers(): Promise<void> {
    const { records, logger } = this.#options;
    for (const record of await records.list()) {
      const directory = records.directory(record.workloadId);
      for (const name of await readdir(directory)) {
        if (!name.startsWith(sessionExecPrefix) || !name.endsWith(recordSuffix)) continue;
        const execId = name.slice(0, -recordSuffix.length);
        await this.#remove(record, directory, execId).catch((thrown: unknown) =>
          logger.warn(
            { task: record.workloadId, error: messageOf(thrown) },
            "a command of a session could not be ended",
          ),
        );
      }
    }
  }

  async #remove(record: SandboxRecord, directory: string, execId: string): Promise<void> {
    const { tasks, sandboxes } = this.#options;
    const note = join(directory, `${execId}${recordSuffix}`);
    const containerId = await readFile(note, "utf8");
    const process = await tasks.get(containerId, execId);
    if (process !== undefined) {
      if (process.status !== "STOPPED") {
        await sandboxes.driverOf(record).killSession(record, containerId, execId, process.pid);
        await tasks.kill(containerId, 9, { execId });
        await tasks.wait(containerId, execId, 5_000).catch(() => undefined);
      }
      await tasks.deleteExec(containerId, execId);
    }
    await removeNamedPipes(sessionPipes(directory, execId));
    await rm(note, { force: true });
  }
}
