import { once } from "node:events";
import type { Socket } from "node:net";
import { join } from "node:path";
import { messageOf } from "@fleetless/kernel";
import { containerdMessage } from "./containerd/client.ts";
import type { Tasks } from "./containerd/tasks.ts";
import { makeNamedPipe, readNamedPipe, removeNamedPipes, writeNamedPipe } from "./named-pipe.ts";
import type { OciProcess } from "./spec/oci.ts";

export interface SessionProcessRequest {
  readonly containerId: string;
  readonly execId: string;
  readonly process: OciProcess;
  /** Where its pipes are put. */
  readonly directory: string;
  /** Kills all that the command started; `pid` is its first process on this machine. */
  readonly killAll: (pid: number) => Promise<void>;
}

/** A command inside a container, with its streams. */
export interface SessionProcess {
  readonly stdout: AsyncIterable<Uint8Array>;
  /** Nothing where a terminal joins both streams. */
  readonly stderr: AsyncIterable<Uint8Array> | undefined;
  /** Resolves once the command takes more. */
  write(bytes: Uint8Array): Promise<void>;
  closeInput(): Promise<void>;
  resize(columns: number, rows: number): Promise<void>;
  /** Kills it and all that it started. */
  kill(): Promise<void>;
  /** Its exit code, once it has ended and all that it wrote is on its way. */
  readonly ended: Promise<number>;
}

/** How long the last output of a command may take that has ended. */
const drainMilliseconds = 3_000;

/** A command of a session is killed when it has run for a day. */
const longestMilliseconds = 24 * 3_600_000;

export const sessionPipes = (directory: string, execId: string): readonly [string, string, string] => [
  join(directory, `${execId}.in`),
  join(directory, `${execId}.out`),
  join(directory, `${execId}.err`),
];

/** Starts a command inside a container. Throws containerd's error where it cannot be started. */
export const startSessionProcess = async (tasks: Tasks, request: SessionProcessRequest): Promise<SessionProcess> => {
  const { containerId, execId, process, directory } = request;
  const { terminal } = process;
  const paths = sessionPipes(directory, execId);
  const [input, output, error] = paths;
  await Promise.all([input, output, ...(terminal ? [] : [error])].map(makeNamedPipe));
  const stdin = writeNamedPipe(input);
  const stdout = readNamedPipe(output);
  const stderr = terminal ? undefined : readNamedPipe(error);
  const release = async (): Promise<void> => {
    stdout.release();
    stderr?.release();
    stdin.destroy();
    await removeNamedPipes(paths);
  };
  try {
    await tasks.exec(containerId, execId, process, { input, output, ...(terminal ? {} : { error }) });
    const ended = tasks.wait(containerId, execId, longestMilliseconds);
    ended.catch(() => undefined);
    const pid = await tasks.startExec(containerId, execId);
    stdout.release();
    stderr?.release();
    return new ContainerdSessionProcess(
      tasks,
      request,
      pid,
      { stdin, stdout: stdout.stream, stderr: stderr?.stream },
      ended,
    );
  } catch (thrown) {
    await tasks.abandonExec(containerId, execId);
    await release();
    stdout.stream.destroy();
    stderr?.stream.destroy();
    throw new Error(startFailure(containerdMessage(thrown)), { cause: thrown });
  }
};

/** The part of the runtime's message that tells the user what is wrong. */
const startFailure = (message: string): string => {
  const told =
    /(?:unable to start container process|exec failed|executing processes[^:]*): (?:exec: )?(.+?)(?:: unknown)?$/s.exec(
      message,
    );
  return `The command could not be started: ${(told?.[1] ?? message).trim()}`;
};

class ContainerdSessionProcess implements SessionProcess {
  readonly stdout: AsyncIterable<Uint8Array>;
  readonly stderr: AsyncIterable<Uint8Array> | undefined;
  readonly ended: Promise<number>;
  readonly #tasks: Tasks;
  readonly #request: SessionProcessRequest;
  readonly #pid: number;
  readonly #stdin: Socket;
  #over = false;

  constructor(
    tasks: Tasks,
    request: SessionProcessRequest,
    pid: number,
    streams: { readonly stdin: Socket; readonly stdout: Socket; readonly stderr: Socket | undefined },
    end: Promise<{ readonly exitCode: number } | undefined>,
  ) {
    this.#tasks = tasks;
    this.#request = request;
    this.#pid = pid;
    this.#stdin = streams.stdin;
    this.#stdin.on("error", () => undefined);
    this.stdout = streams.stdout;
    this.stderr = streams.stderr;
    this.ended = this.#end(end, [streams.stdout, ...(streams.stderr === undefined ? [] : [streams.stderr])]);
    this.ended.catch(() => undefined);
  }

  async #end(end: Promise<{ readonly exitCode: number } | undefined>, outputs: readonly Socket[]): Promise<number> {
    const { containerId, execId, directory } = this.#request;
    const drained = Promise.all(outputs.map((output) => once(output, "close").catch(() => undefined)));
    try {
      const { exitCode } = (await end) ?? { exitCode: 137 };
      this.#over = true;
      await this.#tasks.deleteExec(containerId, execId);
      const late = Promise.withResolvers<void>();
      const timer = setTimeout(late.resolve, drainMilliseconds);
      await Promise.race([drained, late.promise]);
      clearTimeout(timer);
      return exitCode;
    } finally {
      this.#over = true;
      this.#stdin.destroy();
      for (const output of outputs) output.destroy();
      await removeNamedPipes(sessionPipes(directory, execId));
    }
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (this.#over || this.#stdin.destroyed) return;
    if (this.#stdin.write(bytes)) return;
    await Promise.race([once(this.#stdin, "drain").catch(() => undefined), this.ended.catch(() => undefined)]);
  }

  async closeInput(): Promise<void> {
    if (this.#request.process.terminal || this.#stdin.destroyed) return;
    await new Promise<void>((resolve) => this.#stdin.end(resolve));
    this.#stdin.destroy();
    await this.#quietly(() => this.#tasks.closeInput(this.#request.containerId, this.#request.execId));
  }

  async resize(columns: number, rows: number): Promise<void> {
    if (!this.#request.process.terminal) return;
    await this.#quietly(() => this.#tasks.resize(this.#request.containerId, this.#request.execId, columns, rows));
  }

  async kill(): Promise<void> {
    if (this.#over) return;
    await this.#quietly(() => this.#request.killAll(this.#pid));
    await this.#quietly(() => this.#tasks.kill(this.#request.containerId, 9, { execId: this.#request.execId }));
  }

  /** What a command that has just ended cannot be told is no error. */
  async #quietly(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (thrown) {
      if (!this.#over && !/not found|process already finished|closed|no such process/i.test(messageOf(thrown)))
        throw thrown;
    }
  }
}
