import { spawn } from "node:child_process";
import { standardPath } from "./programs.ts";

export interface CommandOptions {
  /** Default 30,000. The process gets SIGKILL when it takes longer. */
  readonly timeoutMilliseconds?: number;
  /** Bytes of each of stdout and stderr that are kept; default 1 MiB. More is an error. */
  readonly outputLimit?: number;
  readonly input?: string | Uint8Array;
  readonly environment?: Readonly<Record<string, string>>;
  readonly directory?: string;
  readonly signal?: AbortSignal;
}

export interface CommandResult {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that could not be started, took too long, wrote too much, or (with `runCommand`) failed. */
export class CommandError extends Error {
  override readonly name = "CommandError";
  readonly exitCode: number | undefined;
  readonly stderr: string;

  constructor(message: string, exitCode?: number, stderr = "") {
    super(message);
    this.exitCode = exitCode;
    this.stderr = stderr;
  }
}

/** Runs an external command without a shell and answers whatever it exits with. */
export const tryCommand = (
  command: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> =>
  new Promise((resolve, reject) => {
    const limit = options.outputLimit ?? 1024 * 1024;
    const child = spawn(command, parameters, {
      stdio: [options.input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      env: { PATH: standardPath, LC_ALL: "C", ...options.environment },
      ...(options.directory === undefined ? {} : { cwd: options.directory }),
    });
    let failure: CommandError | undefined;
    const end = (error: CommandError): void => {
      failure ??= error;
      child.kill("SIGKILL");
    };
    const chunks: { readonly stdout: Buffer[]; readonly stderr: Buffer[] } = { stdout: [], stderr: [] };
    for (const name of ["stdout", "stderr"] as const) {
      let size = 0;
      child[name]?.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) end(new CommandError(`${command} wrote more than ${limit} bytes to ${name}`));
        else chunks[name].push(chunk);
      });
    }
    const milliseconds = options.timeoutMilliseconds ?? 30_000;
    const timer = setTimeout(
      () => end(new CommandError(`${command} took longer than ${milliseconds} ms`)),
      milliseconds,
    );
    const abort = (): void => end(new CommandError(`${command} was interrupted`));
    if (options.signal?.aborted) abort();
    options.signal?.addEventListener("abort", abort, { once: true });
    const settle = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", abort);
    };
    child.on("error", (error) => {
      settle();
      reject(failure ?? new CommandError(`${command} could not be started: ${error.message}`));
    });
    child.on("close", (code, signal) => {
      settle();
      if (failure !== undefined) return reject(failure);
      resolve({
        exitCode: code ?? (signal === null ? 255 : 128),
        stdout: Buffer.concat(chunks.stdout).toString(),
        stderr: Buffer.concat(chunks.stderr).toString(),
      });
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input);
  });

/** Runs an external command without a shell; an exit code other than 0 is a CommandError that quotes its stderr. */
export const runCommand = async (
  command: string,
  parameters: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> => {
  const result = await tryCommand(command, parameters, options);
  if (result.exitCode !== 0) {
    const detail = result.stderr.trim().slice(-2000);
    throw new CommandError(
      `${command} ${parameters[0] ?? ""} exited with ${result.exitCode}: ${detail}`,
      result.exitCode,
      detail,
    );
  }
  return result;
};
