import { decodeClientMessage, MessageFormatError, payloadTypes } from "./client-message.ts";
import { IncomingStream } from "./incoming-stream.ts";
import { OutgoingStream } from "./outgoing-stream.ts";
import {
  flags,
  readAcknowledgement,
  readClosedOutput,
  readExitCode,
  readHandshakeRequest,
  type TerminalSize,
  writeFlag,
  writeJson,
  writeSize,
} from "./payloads.ts";

export type ClientAction =
  | { readonly kind: "send"; readonly frame: Buffer }
  /** The handshake is done: input may be sent. */
  | { readonly kind: "start" }
  | { readonly kind: "output"; readonly stream: "stdout" | "stderr"; readonly bytes: Uint8Array }
  | { readonly kind: "exit"; readonly exitCode: number }
  /** The other side closed the session; `output` says why, where it was not the command's own end. */
  | { readonly kind: "closed"; readonly output: string }
  | { readonly kind: "fail"; readonly reason: string };

const clientVersion = "1.2.0.0";
const knownSessions = new Set(["Standard_Stream", "InteractiveCommands", "NonInteractiveCommands"]);

/** The client's side of a session; see AgentSession. */
export class ClientSession {
  readonly #outgoing = new OutgoingStream("input_stream_data");
  readonly #incoming = new IncomingStream();

  get unacknowledgedBytes(): number {
    return this.#outgoing.unacknowledgedBytes;
  }

  get dueAt(): number | undefined {
    return this.#outgoing.dueAt;
  }

  receive(bytes: Uint8Array, now: number): readonly ClientAction[] {
    try {
      const message = decodeClientMessage(bytes);
      switch (message.type) {
        case "acknowledge":
          this.#outgoing.acknowledge(readAcknowledgement(message.payload), now);
          return [];
        case "channel_closed":
          return [{ kind: "closed", output: readClosedOutput(message.payload) }];
        case "output_stream_data": {
          const { acknowledgement, messages } = this.#incoming.receive(message, now);
          const answer: ClientAction[] =
            acknowledgement === undefined ? [] : [{ kind: "send", frame: acknowledgement }];
          return [...answer, ...messages.flatMap((each) => this.#output(each.payloadType, each.payload, now))];
        }
        case "start_publication":
        case "pause_publication":
          return [];
        case "input_stream_data":
          throw new MessageFormatError("An agent does not send input_stream_data");
      }
    } catch (thrown) {
      if (!(thrown instanceof MessageFormatError)) throw thrown;
      return [{ kind: "fail", reason: thrown.message }];
    }
  }

  #output(payloadType: number, payload: Uint8Array, now: number): readonly ClientAction[] {
    switch (payloadType) {
      case payloadTypes.handshakeRequest:
        return this.#answerHandshake(payload, now);
      case payloadTypes.handshakeComplete:
        return [{ kind: "start" }];
      case payloadTypes.output:
        return [{ kind: "output", stream: "stdout", bytes: payload }];
      case payloadTypes.standardError:
        return [{ kind: "output", stream: "stderr", bytes: payload }];
      case payloadTypes.exitCode:
        return [{ kind: "exit", exitCode: readExitCode(payload) }];
      default:
        throw new MessageFormatError(`Payloads of type ${payloadType} are not supported`);
    }
  }

  #answerHandshake(payload: Uint8Array, now: number): readonly ClientAction[] {
    const { sessionType, furtherActions } = readHandshakeRequest(payload);
    const isKnown = knownSessions.has(sessionType);
    const errors = [
      ...(isKnown ? [] : [`Unknown session type ${sessionType}`]),
      ...furtherActions.map((action) => `Unsupported action ${action}`),
    ];
    const response = {
      ClientVersion: clientVersion,
      ProcessedClientActions: [
        { ActionType: "SessionType", ActionStatus: isKnown ? 1 : 2, ActionResult: null, Error: "" },
        ...furtherActions.map((action) => ({ ActionType: action, ActionStatus: 3, ActionResult: null, Error: "" })),
      ],
      Errors: errors,
    };
    const answer = this.#outgoing.send(payloadTypes.handshakeResponse, writeJson(response), now);
    return [{ kind: "send", frame: answer }];
  }

  input(bytes: Uint8Array, now: number): Buffer {
    return this.#outgoing.send(payloadTypes.output, bytes, now);
  }

  /** Nothing more is typed or piped: an empty message that is the last of its stream. */
  endOfInput(now: number): Buffer {
    return this.#outgoing.send(payloadTypes.output, new Uint8Array(0), now, true);
  }

  resize(size: TerminalSize, now: number): Buffer {
    return this.#outgoing.send(payloadTypes.size, writeSize(size), now);
  }

  terminate(now: number): Buffer {
    return this.#outgoing.send(payloadTypes.flag, writeFlag(flags.terminateSession), now);
  }

  tick(now: number): readonly ClientAction[] {
    const again = this.#outgoing.resend(now);
    if (again === "given-up") return [{ kind: "fail", reason: "The session does not acknowledge what it is sent" }];
    return again === undefined ? [] : [{ kind: "send", frame: again }];
  }
}
