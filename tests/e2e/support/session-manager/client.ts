import { randomUUID } from "node:crypto";
import { WebSocket } from "ws";
import { acknowledgementOf, type Frame, readFrame, writeFrame } from "./frame.ts";

export interface GrantedSession {
  readonly sessionId: string;
  readonly streamUrl: string;
  readonly tokenValue: string;
}

/** What AWS's plugin does with a session, made for tests: it keeps all that it is shown. */
export class SessionClient {
  readonly #socket: WebSocket;
  readonly #token: string;
  readonly #listeners = new Set<() => void>();
  readonly frames: Frame[] = [];
  #expected = 0n;
  #next = 0n;
  sessionType = "";
  output = Buffer.alloc(0);
  error = Buffer.alloc(0);
  exitCode: number | undefined;
  /** What the session said at its end; undefined while it goes on. */
  closed: string | undefined;
  /** The WebSocket's own end. */
  ended: { readonly code: number; readonly reason: string } | undefined;
  ready = false;
  acknowledgeOutput = true;

  constructor(session: GrantedSession) {
    this.#token = session.tokenValue;
    this.#socket = new WebSocket(session.streamUrl);
    this.#socket.on("open", () => this.sendText(this.openMessage()));
    this.#socket.on("message", (data) => {
      if (Buffer.isBuffer(data)) this.#take(readFrame(data));
      this.#changed();
    });
    this.#socket.on("error", () => undefined);
    this.#socket.on("close", (code, reason) => {
      this.ended = { code, reason: reason.toString() };
      this.#changed();
    });
  }

  openMessage(): string {
    return JSON.stringify({
      MessageSchemaVersion: "1.0",
      RequestId: randomUUID(),
      TokenValue: this.#token,
      ClientId: randomUUID(),
      ClientVersion: "1.2.463.0",
    });
  }

  sendText(text: string): void {
    this.#socket.send(text);
  }

  sendRaw(bytes: Uint8Array): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(bytes);
  }

  #take(frame: Frame): void {
    this.frames.push(frame);
    if (frame.type === "channel_closed") {
      this.closed = String(JSON.parse(frame.payload.toString()).Output);
      return;
    }
    if (frame.type !== "output_stream_data") return;
    if (this.acknowledgeOutput) this.sendRaw(acknowledgementOf(frame));
    if (frame.sequence !== this.#expected) return;
    this.#expected += 1n;
    if (frame.payloadType === 5) this.#shakeHands(frame.payload);
    else if (frame.payloadType === 7) this.ready = true;
    else if (frame.payloadType === 1) this.output = Buffer.concat([this.output, frame.payload]);
    else if (frame.payloadType === 11) this.error = Buffer.concat([this.error, frame.payload]);
    else if (frame.payloadType === 12) this.exitCode = Number(/\d+$/.exec(frame.payload.toString())?.[0]);
    else throw new Error(`a payload of type ${frame.payloadType}`);
  }

  #shakeHands(payload: Buffer): void {
    const [action] = JSON.parse(payload.toString()).RequestedClientActions;
    this.sessionType = action.ActionParameters.SessionType;
    const processed = [{ ActionType: action.ActionType, ActionStatus: 1, ActionResult: null, Error: "" }];
    const answer = { ClientVersion: "1.2.463.0", ProcessedClientActions: processed, Errors: null };
    this.send(6, Buffer.from(JSON.stringify(answer)));
  }

  send(payloadType: number, payload: Uint8Array, flags = 0n): void {
    const sequence = this.#next;
    this.#next += 1n;
    this.sendRaw(
      writeFrame({ type: "input_stream_data", sequence, flags, payloadType, payload: Buffer.from(payload) }),
    );
  }

  type(text: string): void {
    this.send(1, Buffer.from(text));
  }

  resize(cols: number, rows: number): void {
    this.send(3, Buffer.from(JSON.stringify({ cols, rows })));
  }

  close(): void {
    this.#socket.close();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }

  /** Waits until the condition holds; fails with what was seen so far. */
  async until(what: string, holds: () => boolean, milliseconds = 30_000): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!holds()) {
      const left = deadline - Date.now();
      if (left <= 0 || (this.ended !== undefined && !holds())) {
        throw new Error(
          `${what}: ${JSON.stringify(this.output.toString().slice(-2000))}, closed ${this.closed}, ${this.ended?.code} ${this.ended?.reason}`,
        );
      }
      await new Promise<void>((resolve) => {
        const timer = setTimeout(wake, left);
        const listeners = this.#listeners;
        function wake(): void {
          clearTimeout(timer);
          listeners.delete(wake);
          resolve();
        }
        listeners.add(wake);
      });
    }
  }

  shows(text: string, milliseconds?: number): Promise<void> {
    return this.until(`waiting for ${JSON.stringify(text)}`, () => this.output.includes(text), milliseconds);
  }
}
