import { constants, existsSync } from "node:fs";
import { open } from "node:fs/promises";
import process from "node:process";
import { Writable } from "node:stream";
import { finished } from "node:stream/promises";
import type { Connection } from "../connection.ts";
import { CommandFailure } from "../failure.ts";
import { type GrantedSession, RemoteCommand } from "./remote-command.ts";

export interface CaptureRequest {
  readonly cluster: string;
  readonly task: string;
  readonly filter: string;
  readonly seconds: number;
  readonly packets?: number;
}

export interface CaptureResult {
  readonly packets: number;
  /** Packets that came faster than they could be taken. */
  readonly dropped: number;
  readonly bytes: number;
}

const largestReport = 8_192;

/** What tcpdump says beside the packets. */
class Report extends Writable {
  text = "";
  readonly #onListening: () => void;

  constructor(onListening: () => void) {
    super();
    this.#onListening = onListening;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    const before = this.text.includes("listening on");
    this.text = (this.text + chunk.toString()).slice(-largestReport);
    if (!before && this.text.includes("listening on")) this.#onListening();
    done();
  }

  count(what: string): number {
    return Number(new RegExp(`^(\\d+) packets? ${what}`, "m").exec(this.text)?.[1] ?? 0);
  }

  /** Without what is no complaint. */
  get complaint(): string {
    const lines = this.text.split("\n").filter((line) => !/listening on|^\d+ packets?/.test(line));
    return lines.join("\n").replaceAll("tcpdump: ", "").trim();
  }
}

interface Target {
  readonly stream: Writable;
  /** To be called before the first byte: what an earlier capture left there stays until then. */
  readonly begin: () => Promise<void>;
}

/** Counts bytes on their way into a file or a pipe, and holds back whoever writes faster than it takes them. */
class Counted extends Writable {
  bytes = 0;
  readonly #target: Writable;
  readonly #begin: () => Promise<void>;

  constructor({ stream, begin }: Target) {
    super();
    this.#target = stream;
    this.#begin = begin;
    stream.on("error", (error) => this.destroy(error));
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error) => void): void {
    const begun = this.bytes === 0 ? this.#begin() : undefined;
    this.bytes += chunk.length;
    if (begun === undefined) this.#pass(chunk, done);
    else begun.then(() => this.#pass(chunk, done), done);
  }

  #pass(chunk: Buffer, done: () => void): void {
    if (this.#target.write(chunk)) done();
    else this.#target.once("drain", () => done());
  }
}

const openTarget = async (output: string): Promise<Target> => {
  if (output === "-") {
    if (process.stdout.isTTY)
      throw new CommandFailure("A pcap is not for terminals: name a file, or lead it into a pipe");
    return { stream: process.stdout, begin: async () => undefined };
  }
  // Packets may hold what is secret.
  const file = await open(output, constants.O_WRONLY | constants.O_CREAT, 0o600).catch((error: Error) => {
    throw new CommandFailure(`${output} cannot be written: ${error.message}`);
  });
  const begin = async (): Promise<void> => {
    if ((await file.stat()).isFile()) await file.truncate();
  };
  return { stream: file.createWriteStream(), begin };
};

/** The task ended while its packets were captured, which is no failure of the capture. */
const isInterfaceGone = (complaint: string): boolean =>
  /interface (?:disappeared|went down)|No such device/i.test(complaint);

/**
 * Writes the packets of a task's interface to `output`, a path or `-`, until Ctrl-C, the time or the number of packets.
 * Throws a CommandFailure where nothing can be captured.
 */
export const capture = async (
  connection: Connection,
  request: CaptureRequest,
  output: string,
  onListening: () => void,
): Promise<CaptureResult> => {
  const isNew = output !== "-" && !existsSync(output);
  const granted = await connection.local.post<GrantedSession>("/captures", request);
  const target = await openTarget(output);
  const [stdout, stderr] = [new Counted(target), new Report(onListening)];
  const remote = await RemoteCommand.open(connection, granted, { stdout, stderr });
  const broken = new Promise<never>((_resolve, reject) => {
    stdout.once("error", (error) => {
      remote.terminate();
      reject(new CommandFailure(`${output === "-" ? "Standard output" : output} cannot be written: ${error.message}`));
    });
  });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  let asked = false;
  const end = (): void => {
    // At first all that was captured is waited for.
    if (asked) remote.terminate();
    else remote.endInput();
    asked = true;
  };
  for (const signal of signals) process.on(signal, end);
  try {
    const exitCode = await Promise.race([remote.ended, broken]);
    const { complaint } = stderr;
    if (exitCode !== 0 && !isInterfaceGone(complaint)) {
      throw new CommandFailure(complaint || `The capture ended with exit code ${exitCode}`);
    }
  } catch (thrown) {
    if (isNew && stdout.bytes === 0) await import("node:fs/promises").then(({ rm }) => rm(output, { force: true }));
    throw thrown;
  } finally {
    for (const signal of signals) process.off(signal, end);
    stdout.end();
    if (target.stream !== process.stdout) {
      target.stream.end();
      await finished(target.stream).catch(() => undefined);
    }
  }
  return { packets: stderr.count("captured"), dropped: stderr.count("dropped by kernel"), bytes: stdout.bytes };
};
