import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { CommandError } from "../machine/run-command.ts";
import { ScriptQueue } from "./batching.ts";
import { commandEnvironment } from "./waiting-command.ts";

const timeoutMilliseconds = 20_000;

/** A command that always fails: its failure, reported with its line number, tells that all before it is done. */
const marker = "link show dev fl-no-such-link";

interface Running {
  readonly lastLine: number;
  readonly failed: string[];
  readonly settle: (error?: Error) => void;
}

/**
 * One `ip -force -batch -` that stays, in the machine's own namespace or in the one named, so that a change
 * costs no new process. It ends by itself when the agent does, since its input then closes.
 */
export class IpSession {
  readonly #parameters: readonly string[];
  readonly #queue = new ScriptQueue((script) => this.#run(script));
  #child: ChildProcessWithoutNullStreams | undefined;
  #lines = 0;
  #output = "";
  #message = "";
  #running: Running | undefined;

  constructor(namespace?: string) {
    this.#parameters = [...(namespace === undefined ? [] : ["-n", namespace]), "-force", "-batch", "-"];
  }

  /** Runs the lines in order; each must bear being repeated. Rejects with what `ip` said where one fails. */
  run(lines: readonly string[]): Promise<void> {
    return this.#queue.add(lines);
  }

  /** Starts the process now, so that the first change does not wait for it. */
  prepare(): ChildProcessWithoutNullStreams {
    if (this.#child !== undefined) return this.#child;
    const child = spawn("ip", this.#parameters, { stdio: "pipe", env: commandEnvironment });
    this.#child = child;
    this.#lines = 0;
    this.#output = "";
    this.#message = "";
    child.stdout.resume();
    child.stdin.on("error", () => undefined);
    child.stderr.on("data", (chunk: Buffer) => {
      if (this.#child === child) this.#read(chunk.toString());
    });
    const ended = (reason: string): void => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#running?.settle(new CommandError(`ip ${this.#parameters.join(" ")} ended: ${reason}`));
    };
    child.on("error", (error) => ended(error.message));
    child.on("close", () => ended(this.#message.trim() || "no message"));
    return child;
  }

  async close(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return;
    const closed = new Promise((resolve) => child.once("close", resolve));
    child.stdin.end();
    await closed;
  }

  #run(script: string): Promise<void> {
    const child = this.prepare();
    const count = script.split("\n").length - 1;
    this.#lines += count + 1;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMilliseconds);
      this.#message = "";
      this.#running = {
        lastLine: this.#lines,
        failed: [],
        settle: (error) => {
          clearTimeout(timer);
          this.#running = undefined;
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      child.stdin.write(`${script}${marker}\n`);
    });
  }

  #read(text: string): void {
    this.#output += text;
    const lines = this.#output.split("\n");
    this.#output = lines.pop() ?? "";
    for (const line of lines) {
      const failure = /^Command failed -:(\d+)$/.exec(line);
      if (failure === null) {
        this.#message = `${this.#message}${line}\n`.slice(-4096);
      } else if (Number(failure[1]) === this.#running?.lastLine) {
        const { failed, settle } = this.#running;
        settle(failed.length === 0 ? undefined : new CommandError(`ip failed: ${failed.join(" ")}`));
      } else {
        this.#running?.failed.push(this.#message.trim());
        this.#message = "";
      }
    }
  }
}
