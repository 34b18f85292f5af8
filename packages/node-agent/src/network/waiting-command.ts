import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { standardPath } from "../machine/programs.ts";
import type { Quiet } from "../machine/quiet.ts";
import { CommandError } from "../machine/run-command.ts";

const outputLimit = 64 * 1024;
const timeoutMilliseconds = 20_000;
/** What commands of the data plane get of the environment. */
export const commandEnvironment = { PATH: standardPath, LC_ALL: "C" };

/**
 * A command that was started ahead of need and waits for its script on standard input, so that using it
 * costs no fork. It ends by itself when the agent does, since its input then closes.
 */
export class WaitingCommand {
  readonly #name: string;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #exit: Promise<{ readonly code: number | undefined; readonly error: string }>;
  #alive = true;

  constructor(command: string, parameters: readonly string[]) {
    this.#name = `${command} ${parameters.join(" ")}`;
    this.#child = spawn(command, parameters, { stdio: "pipe", env: commandEnvironment });
    let error = "";
    this.#child.stderr.on("data", (chunk: Buffer) => {
      if (error.length < outputLimit) error += chunk.toString();
    });
    this.#child.stdout.resume();
    this.#child.stdin.on("error", () => undefined);
    this.#exit = new Promise((resolve) => {
      this.#child.on("error", (cause) => {
        this.#alive = false;
        resolve({ code: undefined, error: cause.message });
      });
      this.#child.on("close", (code) => {
        this.#alive = false;
        resolve({ code: code ?? undefined, error });
      });
    });
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Gives the command its script and waits for its end; may be called once. A failure quotes its stderr. */
  async run(script: string): Promise<void> {
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), timeoutMilliseconds);
    this.#child.stdin.end(script);
    const { code, error } = await this.#exit;
    clearTimeout(timer);
    if (code === 0) return;
    throw new CommandError(`${this.#name} exited with ${code ?? "no code"}: ${error.trim()}`, code, error.trim());
  }

  /** Ends it unused. */
  async discard(): Promise<void> {
    this.#child.stdin.end();
    await this.#exit;
  }
}

/** How many scripts of one launch need no new process. */
const spares = 2;

/** Keeps commands waiting, for scripts that come again and again. */
export class CommandReserve {
  readonly #command: string;
  readonly #parameters: readonly string[];
  readonly #quiet: Quiet;
  #spares: WaitingCommand[] = [];
  #closed = false;

  constructor(command: string, parameters: readonly string[], quiet: Quiet) {
    this.#command = command;
    this.#parameters = parameters;
    this.#quiet = quiet;
  }

  /** Starts the spares now, so that the first script does not wait for one. */
  prepare(): void {
    this.#spares = this.#spares.filter((spare) => spare.alive);
    while (!this.#closed && this.#spares.length < spares) this.#spares.push(this.#start());
  }

  async run(script: string): Promise<void> {
    this.#spares = this.#spares.filter((spare) => spare.alive);
    const command = this.#spares.shift() ?? this.#start();
    try {
      await command.run(script);
    } finally {
      void this.#quiet.calm().then(() => this.prepare());
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#spares.splice(0).map((spare) => spare.discard()));
  }

  #start(): WaitingCommand {
    return new WaitingCommand(this.#command, this.#parameters);
  }
}
