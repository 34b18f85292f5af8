import { MessageFormatError } from "./client-message.ts";

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const readJson = (payload: Uint8Array, what: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload).toString("utf8"));
    if (isObject(value)) return value;
  } catch {
    // Told below, in the same words as for any other value.
  }
  throw new MessageFormatError(`The ${what} is not a JSON object`);
};

export const writeJson = (value: object): Buffer => Buffer.from(JSON.stringify(value), "utf8");

/** The first frame of a connection, a text. https://github.com/aws/session-manager-plugin */
export interface OpenDataChannel {
  readonly tokenValue: string;
  readonly clientId: string;
  readonly clientVersion: string;
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export const readOpenDataChannel = (frame: Uint8Array): OpenDataChannel => {
  const body = readJson(frame, "first message of the data channel");
  if (body.MessageSchemaVersion !== "1.0") throw new MessageFormatError("MessageSchemaVersion must be 1.0");
  return {
    tokenValue: text(body.TokenValue),
    clientId: text(body.ClientId),
    clientVersion: text(body.ClientVersion),
  };
};

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

const isDimension = (value: unknown): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 65_535;

export const readSize = (payload: Uint8Array): TerminalSize => {
  const { cols, rows } = readJson(payload, "terminal size");
  if (!isDimension(cols) || !isDimension(rows)) {
    throw new MessageFormatError("The terminal size is cols and rows of 0 to 65535");
  }
  return { columns: cols, rows };
};

export const writeSize = ({ columns, rows }: TerminalSize): Buffer => writeJson({ cols: columns, rows });

/** The sequence number that an acknowledgement is for. */
export const readAcknowledgement = (payload: Uint8Array): number => {
  const { AcknowledgedMessageSequenceNumber: sequence } = readJson(payload, "acknowledgement");
  if (typeof sequence !== "number" || !Number.isSafeInteger(sequence) || sequence < 0) {
    throw new MessageFormatError("The acknowledgement names no sequence number");
  }
  return sequence;
};

/** Results of an action that a handshake asks for. */
const succeeded = 1;

/** What a client could not do of a handshake, in its words; undefined where it did all. */
export const readHandshakeFailure = (payload: Uint8Array): string | undefined => {
  const { ProcessedClientActions: actions, Errors: errors } = readJson(payload, "handshake response");
  if (Array.isArray(errors) && errors.length > 0) return errors.map(String).join("; ").slice(0, 1_000);
  const failed = (Array.isArray(actions) ? actions : []).find(
    (action: unknown) => !isObject(action) || action.ActionStatus !== succeeded,
  );
  if (failed === undefined) return undefined;
  return isObject(failed) ? `the client did not accept ${text(failed.ActionType)}`.slice(0, 1_000) : "it is malformed";
};

/** The kind of session that a handshake names, and the actions that it asks for besides. */
export const readHandshakeRequest = (
  payload: Uint8Array,
): { readonly sessionType: string; readonly furtherActions: readonly string[] } => {
  const { RequestedClientActions: actions } = readJson(payload, "handshake request");
  const named = (Array.isArray(actions) ? actions : []).filter(isObject);
  const type = named.find((action) => action.ActionType === "SessionType");
  const parameters = type !== undefined && isObject(type.ActionParameters) ? type.ActionParameters : {};
  return {
    sessionType: text(parameters.SessionType),
    furtherActions: named.flatMap(({ ActionType: name }) => (name === "SessionType" ? [] : [text(name)])),
  };
};

/** What a client is told when a channel is closed. */
export const readClosedOutput = (payload: Uint8Array): string => text(readJson(payload, "closing message").Output);

const exitCodePrefix = "EXIT_CODE: ";

/** As AWS's agent writes it. */
export const writeExitCode = (exitCode: number): Buffer => Buffer.from(`${exitCodePrefix}${exitCode}`, "latin1");

export const readExitCode = (payload: Uint8Array): number => {
  const match = /^EXIT_CODE: (\d{1,3})$/.exec(Buffer.from(payload).toString("latin1"));
  if (match?.[1] === undefined) throw new MessageFormatError("The exit code is not a number");
  return Number(match[1]);
};

export const flags = { disconnectToPort: 1, terminateSession: 2, connectToPortError: 3 } as const;

export const readFlag = (payload: Uint8Array): number => {
  if (payload.length !== 4) throw new MessageFormatError("A flag has four bytes");
  return Buffer.from(payload).readUInt32BE(0);
};

export const writeFlag = (flag: number): Buffer => {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(flag);
  return payload;
};
