import type { Readable, Writable } from "node:stream";
import { type ClientAction, ClientSession } from "@fleetless/aws-protocol/session-manager";
import type { WebSocket } from "ws";
import type { Connection } from "../connection.ts";
import { CommandFailure } from "../failure.ts";

export interface RemoteCommandRequest {
  readonly cluster: string;
  readonly task: string;
  readonly container?: string;
  readonly command: readonly string[];
  readonly terminal: boolean;
  readonly user?: string;
}

export interface GrantedSession {
  readonly sessionId: string;
  readonly tokenValue: string;
  readonly path: string;
}

export interface RemoteCommandOutputs {
  readonly stdout: Writable;
  readonly stderr: Writable;
}

const tickMilliseconds = 100;
/** Bytes under way before input is no longer read. */
const mostUnacknowledged = 1024 * 1024;
const chunk = 32 * 1024;
/** What a command that could not be run at all ends with, as with other tools that run commands in containers. */
const failedExitCode = 125;

/** A command in a task's container, run over AWS's session protocol. */
export class RemoteCommand {
  readonly #socket: WebSocket;
  readonly #session = new ClientSession();
  readonly #outputs: RemoteCommandOutputs;
  readonly #started = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<number>();
  readonly #ticking: NodeJS.Timeout;
  #acknowledged: (() => void)[] = [];
  #exitCode: number | undefined;
  #over = false;

  private constructor(socket: WebSocket, granted: GrantedSession, outputs: RemoteCommandOutputs) {
    this.#socket = socket;
    this.#outputs = outputs;
    this.#ended.promise.catch(() => undefined);
    this.#ticking = setInterval(() => this.#apply(this.#session.tick(Date.now())), tickMilliseconds);
    socket.on("open", () =>
      socket.send(
        JSON.stringify({
          MessageSchemaVersion: "1.0",
          RequestId: crypto.randomUUID(),
          TokenValue: granted.tokenValue,
          ClientId: crypto.randomUUID(),
          ClientVersion: "1.2.0.0",
        }),
      ),
    );
    socket.on("message", (data) => {
      if (Buffer.isBuffer(data)) this.#apply(this.#session.receive(data, Date.now()));
      for (const wake of this.#acknowledged.splice(0)) wake();
    });
    socket.on("error", (error) => this.#end(new CommandFailure(error.message, failedExitCode)));
    socket.on("close", (_code, reason) =>
      this.#end(new CommandFailure(reason.toString() || "The connection to the session broke", failedExitCode)),
    );
    for (const output of [outputs.stdout, outputs.stderr]) output.on("drain", () => socket.resume());
  }

  /** Resolves when the command may be given input. Throws a CommandFailure where there is no session to be had. */
  static async start(
    connection: Connection,
    request: RemoteCommandRequest,
    outputs: RemoteCommandOutputs,
  ): Promise<RemoteCommand> {
    return RemoteCommand.open(connection, await connection.local.post<GrantedSession>("/sessions", request), outputs);
  }

  /** The same for a session that was granted already. */
  static async open(
    connection: Connection,
    granted: GrantedSession,
    outputs: RemoteCommandOutputs,
  ): Promise<RemoteCommand> {
    const { WebSocket } = await import("ws");
    const address = `${connection.status.endpoint.replace(/^http/, "ws")}${granted.path}`;
    const command = new RemoteCommand(new WebSocket(address, { perMessageDeflate: false }), granted, outputs);
    await command.#started.promise;
    return command;
  }

  /** The command's exit code. Rejects with a CommandFailure where it did not run or is not heard of any more. */
  get ended(): Promise<number> {
    return this.#ended.promise;
  }

  #apply(actions: readonly ClientAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case "send":
          this.#send(action.frame);
          break;
        case "start":
          this.#started.resolve();
          break;
        case "output":
          // Held back where whoever reads it is slower.
          if (!this.#outputs[action.stream].write(action.bytes)) this.#socket.pause();
          break;
        case "exit":
          this.#exitCode = action.exitCode;
          break;
        case "closed":
          this.#end(new CommandFailure(action.output || "The session ended", failedExitCode));
          break;
        case "fail":
          this.#end(new CommandFailure(action.reason, failedExitCode));
          break;
      }
    }
  }

  #send(frame: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(frame, { binary: true });
  }

  #end(failure: CommandFailure): void {
    if (this.#over) return;
    this.#over = true;
    clearInterval(this.#ticking);
    if (this.#exitCode === undefined) {
      this.#ended.reject(failure);
      this.#started.reject(failure);
    } else {
      this.#ended.resolve(this.#exitCode);
    }
    for (const wake of this.#acknowledged.splice(0)) wake();
    this.#socket.close();
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length && !this.#over; from += chunk) {
      while (this.#session.unacknowledgedBytes > mostUnacknowledged && !this.#over) {
        await new Promise<void>((resolve) => this.#acknowledged.push(resolve));
      }
      this.#send(this.#session.input(bytes.subarray(from, from + chunk), Date.now()));
    }
  }

  endInput(): void {
    if (!this.#over) this.#send(this.#session.endOfInput(Date.now()));
  }

  /** Brings all of a stream, and its end. */
  async bring(input: Readable): Promise<void> {
    try {
      for await (const bytes of input) await this.write(bytes);
    } finally {
      this.endInput();
    }
  }

  resize(columns: number, rows: number): void {
    if (!this.#over) this.#send(this.#session.resize({ columns, rows }, Date.now()));
  }

  /** Ends the command where it runs. */
  terminate(): void {
    if (!this.#over) this.#send(this.#session.terminate(Date.now()));
  }
}
