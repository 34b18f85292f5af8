import { type AgentAction, AgentSession } from "@fleetless/aws-protocol/session-manager";
import { type Clock, type Logger, messageOf, type ProcessChannel, type ProcessInput } from "@fleetless/kernel";
import type { WebSocket } from "ws";
import type { ProcessOffers } from "./process-offers.ts";
import type { Session } from "./session.ts";

export interface DataChannelDependencies {
  readonly offers: ProcessOffers;
  readonly clock: Clock;
  readonly logger: Logger;
}

const tickMilliseconds = 100;
const handshakeMilliseconds = 15_000;
const takenUpMilliseconds = 15_000;
/** How long the last output may wait for its acknowledgement. */
const farewellMilliseconds = 5_000;
const mostUnacknowledged = 1024 * 1024;
const mostPendingInput = 1024 * 1024;
/** Bytes of output in one message. */
const chunk = 32 * 1024;

/** One session over its WebSocket, from the proof of its token to its end. */
export class DataChannel {
  readonly #socket: WebSocket;
  readonly #session: Session;
  readonly #dependencies: DataChannelDependencies;
  readonly #agent: AgentSession;
  readonly #over = new AbortController();
  readonly #acknowledged = new Set<() => void>();
  #process: ProcessChannel | undefined;
  #inputs: Promise<void> = Promise.resolve();
  #pendingInput = 0;
  #early: ProcessInput[] = [];
  #activeAt: number;
  #started = false;

  constructor(socket: WebSocket, session: Session, dependencies: DataChannelDependencies) {
    this.#socket = socket;
    this.#session = session;
    this.#dependencies = dependencies;
    this.#agent = new AgentSession(session.id);
    this.#activeAt = dependencies.clock.now();
  }

  /** Resolves when the session is over. */
  async run(): Promise<void> {
    const { clock, logger } = this.#dependencies;
    const gone = new Promise<void>((resolve) => {
      this.#socket.on("close", () => resolve());
      this.#over.signal.addEventListener("abort", () => resolve(), { once: true });
    });
    this.#socket.on("error", (error) => logger.debug({ error: error.message }, "a data channel broke"));
    this.#socket.on("message", (data, isBinary) => {
      if (!isBinary) return this.end("Only the first message of a session is a text");
      this.#apply(this.#agent.receive(bytesOf(data), clock.now()));
      for (const wake of this.#acknowledged) wake();
    });
    this.#apply(this.#agent.open(this.#session.type, clock.now()));
    const ticking = this.#tick();
    await gone;
    this.#finish();
    await Promise.all([ticking, this.#session.log?.close()]);
  }

  /** Ends the session; the client shows `output`. */
  end(output: string): void {
    if (this.#over.signal.aborted) return;
    this.#send(this.#agent.close(output, this.#dependencies.clock.now()));
    this.#finish();
    this.#socket.close(1000);
  }

  #finish(): void {
    this.#over.abort(new Error("The session is over."));
    this.#process?.close();
    for (const wake of this.#acknowledged) wake();
  }

  #send(frame: Buffer): void {
    if (this.#socket.readyState === this.#socket.OPEN) this.#socket.send(frame, { binary: true });
  }

  #apply(actions: readonly AgentAction[]): void {
    for (const action of actions) {
      switch (action.kind) {
        case "send":
          this.#send(action.frame);
          break;
        case "start":
          this.#started = true;
          this.#start().catch((thrown: unknown) => {
            this.#dependencies.logger.error({ error: messageOf(thrown) }, "a session failed");
            this.end("The session failed with an internal error");
          });
          break;
        case "input":
          this.#activeAt = this.#dependencies.clock.now();
          this.#pass({ kind: "input", bytes: action.bytes });
          break;
        case "end-of-input":
          this.#pass({ kind: "end-of-input" });
          break;
        case "resize":
          this.#pass({ kind: "resize", ...action.size });
          break;
        case "terminate":
          this.end("");
          break;
        case "fail":
          this.end(action.reason);
          break;
      }
    }
  }

  /** Hands input on in order; where the command does not read it, no more is taken from the client. */
  #pass(input: ProcessInput): void {
    const size = input.kind === "input" ? input.bytes.length : 0;
    this.#pendingInput += size;
    if (this.#pendingInput > mostPendingInput) this.#socket.pause();
    const channel = this.#process;
    if (channel === undefined) {
      this.#early.push(input);
      return;
    }
    this.#inputs = this.#inputs.then(() => channel.send(input)).then(() => this.#passed(size));
  }

  #passed(size: number): void {
    this.#pendingInput -= size;
    if (this.#pendingInput <= mostPendingInput && this.#socket.isPaused) this.#socket.resume();
  }

  async #start(): Promise<void> {
    const { log, process, nodeId } = this.#session;
    const refused = await log?.open();
    if (refused !== undefined && log?.required === true) return this.end(refused);
    const waiting = AbortSignal.any([this.#over.signal, AbortSignal.timeout(takenUpMilliseconds)]);
    const channel = await this.#dependencies.offers.offer(nodeId, process, waiting);
    if (channel === undefined) return this.end("The machine that runs the task does not answer");
    if (this.#over.signal.aborted) return channel.close();
    this.#process = channel;
    const early = this.#early;
    this.#early = [];
    this.#pendingInput = 0;
    for (const input of early) this.#pass(input);
    await this.#follow(channel);
  }

  async #follow(channel: ProcessChannel): Promise<void> {
    const { clock } = this.#dependencies;
    for await (const message of channel.received()) {
      if (message.kind === "output") {
        await this.#show(message.stream, message.bytes);
      } else if (message.kind === "ended") {
        if (this.#session.reportsExitCode) this.#apply(this.#agent.exitCode(message.exitCode, clock.now()));
        await this.#untilAcknowledged(0, farewellMilliseconds);
        return this.end("");
      } else if (message.kind === "failed") {
        return this.end(message.reason);
      }
    }
    this.end("The machine that runs the task ended the session");
  }

  async #show(stream: "stdout" | "stderr", bytes: Uint8Array): Promise<void> {
    const { clock } = this.#dependencies;
    this.#activeAt = clock.now();
    this.#session.log?.write(bytes);
    for (let from = 0; from < bytes.length; from += chunk) {
      await this.#untilAcknowledged(mostUnacknowledged, undefined);
      this.#apply(this.#agent.output(stream, bytes.subarray(from, from + chunk), clock.now()));
    }
  }

  /** Waits until no more than `bytes` are on their way to the client, or the session is over. */
  async #untilAcknowledged(bytes: number, milliseconds: number | undefined): Promise<void> {
    if (this.#agent.unacknowledgedBytes <= bytes) return;
    const signals = milliseconds === undefined ? [] : [AbortSignal.timeout(milliseconds)];
    const signal = AbortSignal.any([this.#over.signal, ...signals]);
    while (this.#agent.unacknowledgedBytes > bytes && !signal.aborted) {
      const news = Promise.withResolvers<void>();
      this.#acknowledged.add(news.resolve);
      signal.addEventListener("abort", () => news.resolve(), { once: true });
      await news.promise;
      this.#acknowledged.delete(news.resolve);
    }
  }

  async #tick(): Promise<void> {
    const { clock } = this.#dependencies;
    const { signal } = this.#over;
    while (!signal.aborted) {
      await clock.sleep(tickMilliseconds, signal).catch(() => undefined);
      const now = clock.now();
      this.#apply(this.#agent.tick(now));
      if (!this.#started && now - this.#activeAt > handshakeMilliseconds) this.end("The handshake took too long");
      else if (now - this.#activeAt > this.#session.idleMilliseconds) {
        this.end("Your session timed out due to inactivity.");
      }
    }
  }
}

const bytesOf = (data: Buffer | ArrayBuffer | readonly Buffer[]): Uint8Array =>
  data instanceof ArrayBuffer ? new Uint8Array(data) : Buffer.isBuffer(data) ? data : Buffer.concat(data);
