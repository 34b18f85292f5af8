import { setTimeout as sleep } from "node:timers/promises";
import type { OciProcess, OciSpec } from "../spec/oci.ts";
import type { Bundles } from "./bundles.ts";
import {
  type AnyMessage,
  type ContainerdClient,
  isFailedPrecondition,
  isNotFound,
  type TimestampMessage,
  toMilliseconds,
} from "./client.ts";
import type { ContainerRecord, Mount, TaskProcess } from "./messages.ts";

export interface NewTask {
  readonly id: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly runtime: string;
  readonly options: AnyMessage;
  readonly spec: OciSpec;
  readonly rootfs: readonly Mount[];
  /** A URI, `file://…` or `binary://…`, for both streams, which the runtime joins; empty for none. */
  readonly output: string;
  /** Path of a named pipe, which the shim holds open until the task is deleted; without it there is no input. */
  readonly input?: string;
}

/** Paths of named pipes. */
export interface ExecStreams {
  readonly input?: string;
  readonly output: string;
  /** None where a terminal joins both. */
  readonly error?: string;
}

export interface TaskEnd {
  readonly exitCode: number;
  readonly at: number;
}

const json = (type: string, value: object): AnyMessage => ({
  type_url: `types.containerd.io/opencontainers/runtime-spec/1/${type}`,
  value: Buffer.from(JSON.stringify(value)),
});

interface ExitMessage {
  readonly exit_status: number;
  readonly exited_at: TimestampMessage | null;
}

const endOf = (message: ExitMessage): TaskEnd => ({
  exitCode: message.exit_status,
  at: toMilliseconds(message.exited_at),
});

/** For how long a removal is tried, in milliseconds. */
const removalMilliseconds = 60_000;

/** Containers and their tasks in containerd's sense: the record and the process. */
export class Tasks {
  readonly #client: ContainerdClient;
  readonly #bundles: Bundles | undefined;

  constructor(client: ContainerdClient, bundles: Bundles | undefined) {
    this.#client = client;
    this.#bundles = bundles;
  }

  /** Answers the number of the container's first process. */
  async create(task: NewTask, signal?: AbortSignal): Promise<number> {
    const options = signal === undefined ? {} : { signal };
    await this.#client.call(
      "Containers",
      "Create",
      {
        container: {
          id: task.id,
          labels: task.labels,
          runtime: { name: task.runtime, options: task.options },
          spec: json("Spec", task.spec),
        },
      },
      options,
    );
    const { pid } = await this.#client.call<{ readonly pid: number }>(
      "Tasks",
      "Create",
      {
        container_id: task.id,
        rootfs: task.rootfs,
        stdin: task.input ?? "",
        stdout: task.output,
        // Nothing comes here, but the shim of containerd 1.6 needs it for a file.
        stderr: task.spec.process.terminal ? "" : task.output,
        terminal: task.spec.process.terminal,
        options: task.options,
      },
      options,
    );
    return pid;
  }

  async start(id: string, signal?: AbortSignal): Promise<number> {
    const { pid } = await this.#client.call<{ readonly pid: number }>(
      "Tasks",
      "Start",
      { container_id: id },
      signal === undefined ? {} : { signal },
    );
    return pid;
  }

  /** The container's process, or that of a command in it. */
  async get(id: string, execId = ""): Promise<TaskProcess | undefined> {
    try {
      const { process } = await this.#client.call<{ readonly process: TaskProcess | null }>("Tasks", "Get", {
        container_id: id,
        exec_id: execId,
      });
      return process ?? undefined;
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  async list(): Promise<readonly TaskProcess[]> {
    return (await this.#client.call<{ readonly tasks: readonly TaskProcess[] }>("Tasks", "List", {})).tasks;
  }

  async records(): Promise<readonly ContainerRecord[]> {
    const answer = await this.#client.call<{ readonly containers: readonly ContainerRecord[] }>(
      "Containers",
      "List",
      {},
    );
    return answer.containers;
  }

  /** A process that has ended already is no error. */
  async kill(
    id: string,
    signal: number,
    options: { readonly all?: boolean; readonly execId?: string } = {},
  ): Promise<void> {
    try {
      await this.#client.call("Tasks", "Kill", {
        container_id: id,
        exec_id: options.execId ?? "",
        signal,
        all: options.all ?? false,
      });
    } catch (thrown) {
      if (isNotFound(thrown) || isFailedPrecondition(thrown)) return;
      if (/process already finished|container not running|no such process/i.test(String(thrown))) return;
      throw thrown;
    }
  }

  async wait(id: string, execId: string, timeoutMilliseconds: number): Promise<TaskEnd | undefined> {
    try {
      return endOf(
        await this.#client.call<ExitMessage>(
          "Tasks",
          "Wait",
          { container_id: id, exec_id: execId },
          { timeoutMilliseconds },
        ),
      );
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
  }

  async exec(id: string, execId: string, process: OciProcess, streams: ExecStreams): Promise<void> {
    await this.#client.call("Tasks", "Exec", {
      container_id: id,
      exec_id: execId,
      stdin: streams.input ?? "",
      stdout: streams.output,
      stderr: streams.error ?? "",
      terminal: process.terminal,
      spec: json("Process", process),
    });
  }

  /**
   * Answers the process's id on this machine. A command whose start was cut off is never started again, since the shim
   * of containerd 1.6 breaks down over its end, and takes its containers with it: forget it, and make another.
   */
  async startExec(id: string, execId: string): Promise<number> {
    const request = { container_id: id, exec_id: execId };
    return (await this.#client.call<{ readonly pid: number }>("Tasks", "Start", request, { once: true })).pid;
  }

  /** Ends a command of which it is not known whether it runs, and forgets it. */
  async abandonExec(id: string, execId: string): Promise<void> {
    await this.kill(id, 9, { execId }).catch(() => undefined);
    await this.deleteExec(id, execId).catch(() => undefined);
  }

  async resize(id: string, execId: string, columns: number, rows: number): Promise<void> {
    await this.#client.call("Tasks", "ResizePty", { container_id: id, exec_id: execId, width: columns, height: rows });
  }

  /** Lets go of the input's named pipe, which the shim holds open for writing too. */
  async closeInput(id: string, execId: string): Promise<void> {
    await this.#client.call("Tasks", "CloseIO", { container_id: id, exec_id: execId, stdin: true });
  }

  async deleteExec(id: string, execId: string): Promise<void> {
    await this.#client
      .call("Tasks", "DeleteProcess", { container_id: id, exec_id: execId })
      .catch((thrown: unknown) => {
        if (!isNotFound(thrown)) throw thrown;
      });
  }

  /** For a container that its runtime can no longer reach. */
  async #killProcess(id: string): Promise<void> {
    const pid = (await this.get(id))?.pid ?? 0;
    if (pid <= 1) return;
    try {
      process.kill(pid, "SIGKILL");
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code !== "ESRCH") throw thrown;
    }
  }

  /** Ends the process where it runs and forgets task and container, within a minute; what is gone already is no error. */
  async remove(id: string): Promise<void> {
    const deadline = Date.now() + removalMilliseconds;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await this.#client.call("Tasks", "Delete", { container_id: id });
        break;
      } catch (thrown) {
        if (isNotFound(thrown)) break;
        // The shim ended between two containers' removals; containerd is about to notice.
        if (/ttrpc: closed/.test(String(thrown)) && Date.now() < deadline) {
          await sleep(20);
          continue;
        }
        const running = isFailedPrecondition(thrown) || /cannot delete a running process/.test(String(thrown));
        if (!running || Date.now() > deadline) throw thrown;
        if (attempt < 2) await this.kill(id, 9, { all: true }).catch(() => undefined);
        else await this.#killProcess(id);
        await this.wait(id, "", 2_000).catch(() => undefined);
      }
    }
    await this.#bundles?.remove(id);
    try {
      await this.#client.call("Containers", "Delete", { id });
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
  }
}
