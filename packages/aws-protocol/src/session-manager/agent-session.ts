import { randomUUID } from "node:crypto";
import {
  type ClientMessage,
  decodeClientMessage,
  encodeClientMessage,
  finFlag,
  MessageFormatError,
  payloadTypes,
  synFlag,
} from "./client-message.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { OutgoingStream } from "./outgoing-stream.ts";
import {
  flags,
  readAcknowledgement,
  readFlag,
  readHandshakeFailure,
  readSize,
  type TerminalSize,
  writeExitCode,
  writeJson,
} from "./payloads.ts";

/** With a terminal, both streams are one; without, standard error comes apart and the exit code is told. */
export type SessionType = "InteractiveCommands" | "NonInteractiveCommands";

export type AgentAction =
  | { readonly kind: "send"; readonly frame: Buffer }
  /** The handshake is done. */
  | { readonly kind: "start" }
  | { readonly kind: "input"; readonly bytes: Uint8Array }
  | { readonly kind: "end-of-input" }
  | { readonly kind: "resize"; readonly size: TerminalSize }
  | { readonly kind: "terminate" }
  /** The session cannot go on; close it with this reason. */
  | { readonly kind: "fail"; readonly reason: string };

/** As clients compare it: late enough for every feature that is used here. */
const agentVersion = "3.3.0.0";

/**
 * The agent's side of a session, from the handshake to the end: what comes in and the time go in, what is to be
 * done comes out. Times are milliseconds since the Unix epoch. After a `fail` nothing more comes.
 */
export class AgentSession {
  readonly #sessionId: string;
  readonly #outgoing = new OutgoingStream("output_stream_data");
  readonly #incoming = new IncomingStream();
  #state: "handshaking" | "open" | "over" = "handshaking";
  #openedAt = 0;

  constructor(sessionId: string) {
    this.#sessionId = sessionId;
  }

  get unacknowledgedBytes(): number {
    return this.#outgoing.unacknowledgedBytes;
  }

  /** When `tick` has something to do. */
  get dueAt(): number | undefined {
    return this.#outgoing.dueAt;
  }

  /** The client has proved that the session is its own. */
  open(type: SessionType, now: number): readonly AgentAction[] {
    this.#openedAt = now;
    const request = {
      AgentVersion: agentVersion,
      RequestedClientActions: [
        {
          ActionType: "SessionType",
          ActionParameters: {
            SessionType: type,
            Properties: type === "NonInteractiveCommands" ? { separateOutputStream: "true" } : {},
          },
        },
      ],
    };
    return [this.#stream(payloadTypes.handshakeRequest, writeJson(request), now)];
  }

  receive(frame: Uint8Array, now: number): readonly AgentAction[] {
    if (this.#state === "over") return [];
    try {
      return this.#take(decodeClientMessage(frame), now);
    } catch (thrown) {
      if (!(thrown instanceof MessageFormatError)) throw thrown;
      return this.#fail(thrown.message);
    }
  }

  #take(message: ClientMessage, now: number): readonly AgentAction[] {
    switch (message.type) {
      case "acknowledge":
        this.#outgoing.acknowledge(readAcknowledgement(message.payload), now);
        return [];
      case "input_stream_data": {
        const { acknowledgement, messages } = this.#incoming.receive(message, now);
        const answer: AgentAction[] = acknowledgement === undefined ? [] : [{ kind: "send", frame: acknowledgement }];
        return [...answer, ...messages.flatMap((each) => this.#input(each, now))];
      }
      case "start_publication":
      case "pause_publication":
      case "channel_closed":
        return [];
      case "output_stream_data":
        throw new MessageFormatError("A client does not send output_stream_data");
    }
  }

  #input(message: ClientMessage, now: number): readonly AgentAction[] {
    if (this.#state === "handshaking") return this.#answerHandshake(message, now);
    const end: readonly AgentAction[] = (message.flags & finFlag) === 0 ? [] : [{ kind: "end-of-input" }];
    switch (message.payloadType) {
      case payloadTypes.output:
        return message.payload.length === 0 ? end : [{ kind: "input", bytes: message.payload }, ...end];
      case payloadTypes.size:
        return [{ kind: "resize", size: readSize(message.payload) }];
      case payloadTypes.flag:
        return readFlag(message.payload) === flags.terminateSession ? [{ kind: "terminate" }] : [];
      case payloadTypes.encryptionChallengeResponse:
      case payloadTypes.handshakeResponse:
        throw new MessageFormatError(`A payload of type ${message.payloadType} was not asked for`);
      default:
        throw new MessageFormatError(`Payloads of type ${message.payloadType} are not supported`);
    }
  }

  #answerHandshake(message: ClientMessage, now: number): readonly AgentAction[] {
    if (message.payloadType !== payloadTypes.handshakeResponse) {
      throw new MessageFormatError("The handshake comes first");
    }
    const failure = readHandshakeFailure(message.payload);
    if (failure !== undefined) return this.#fail(`The handshake failed: ${failure}`);
    this.#state = "open";
    const nanoseconds = Math.max(0, now - this.#openedAt) * 1_000_000;
    const complete = { HandshakeTimeToComplete: nanoseconds, CustomerMessage: "" };
    return [this.#stream(payloadTypes.handshakeComplete, writeJson(complete), now), { kind: "start" }];
  }

  #fail(reason: string): readonly AgentAction[] {
    this.#state = "over";
    return [{ kind: "fail", reason }];
  }

  #stream(payloadType: number, payload: Uint8Array, now: number): AgentAction {
    return { kind: "send", frame: this.#outgoing.send(payloadType, payload, now) };
  }

  /** What the command wrote. */
  output(stream: "stdout" | "stderr", bytes: Uint8Array, now: number): readonly AgentAction[] {
    if (this.#state !== "open" || bytes.length === 0) return [];
    return [this.#stream(stream === "stdout" ? payloadTypes.output : payloadTypes.standardError, bytes, now)];
  }

  exitCode(exitCode: number, now: number): readonly AgentAction[] {
    return this.#state === "open" ? [this.#stream(payloadTypes.exitCode, writeExitCode(exitCode), now)] : [];
  }

  /** Sends again what was not acknowledged in time. */
  tick(now: number): readonly AgentAction[] {
    if (this.#state === "over") return [];
    const again = this.#outgoing.resend(now);
    if (again === "given-up") return this.#fail("The client does not acknowledge what it is sent");
    return again === undefined ? [] : [{ kind: "send", frame: again }];
  }

  /** The last message of a session; `output` is what the client shows, its own words where that is empty. */
  close(output: string, now: number): Buffer {
    this.#state = "over";
    const messageId = randomUUID();
    return encodeClientMessage({
      type: "channel_closed",
      schemaVersion: 1,
      createdAt: now,
      sequenceNumber: 0,
      flags: synFlag | finFlag,
      messageId,
      payloadType: 0,
      payload: writeJson({
        MessageId: messageId,
        CreatedDate: new Date(now).toISOString(),
        DestinationId: "",
        SessionId: this.#sessionId,
        MessageType: "channel_closed",
        SchemaVersion: 1,
        Output: output,
      }),
    });
  }
}
