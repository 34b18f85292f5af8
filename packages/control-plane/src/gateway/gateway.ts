import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type HttpResponse, httpRequest, SigningKeys } from "@fleetless/aws-protocol";
import {
  type AccountId,
  type ApiConnection,
  type Clock,
  type Logger,
  messageOf,
  type Region,
  ServiceError,
} from "@fleetless/kernel";
import { BodyBudget } from "./body-budget.ts";
import { answer, refuse } from "./chain.ts";
import type { Caller, GatewayContext } from "./exchange.ts";
import { healthPath, healthResponse } from "./health.ts";
import { isLocalCaller } from "./local-caller.ts";
import type { AccessKeys, AuditSink, Authoriser, EncodeDenial } from "./ports.ts";
import { declaredLength, receiveBody } from "./receive-body.ts";
import type { Service } from "./service.ts";
import { ServiceDirectory } from "./service-directory.ts";
import { admit } from "./steps/admit.ts";
import { type Throttle, unthrottled } from "./steps/throttle.ts";
import type { StreamingDoor } from "./streaming-door.ts";

export interface GatewayOptions {
  /** Protocols beside AWS's, asked in this order before a request is taken for one of AWS's. */
  readonly doors?: readonly StreamingDoor[];
  /** Told the port once connections are accepted. */
  readonly onListening?: (port: number) => void;
  readonly services: readonly Service[];
  readonly accessKeys: AccessKeys;
  readonly authoriser: Authoriser;
  /** For the denials of EC2, which carry what sts:DecodeAuthorizationMessage reads. */
  readonly encodeDenial?: EncodeDenial;
  readonly audit: AuditSink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly region: Region;
  /** Other regions that calls may be for. */
  readonly furtherRegions: ReadonlySet<string>;
  readonly accountId: AccountId;
  readonly throttle?: Throttle;
  /** Takes connections that ask to become another protocol's; refused where not given. */
  readonly onUpgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Bytes; 16 MiB where not given. */
  readonly bodyLimit?: number;
  /** Bytes of all bodies that are held at once; 256 MiB where not given. */
  readonly bodyBudget?: number;
  /**
   * Checks every output against its schema and answers an internal error where it does not fit. On where
   * FLEETLESS_VERIFY_RESPONSES=1, as in all tests.
   */
  readonly verifyResponses?: boolean;
}

export interface Gateway {
  /** Accepts connections; resolves with the port, which the system chooses where it was 0. */
  listen(host: string, port: number): Promise<{ readonly port: number }>;
  /**
   * Serves a connection that was accepted elsewhere, such as inside a VPC's network namespace. Its caller is not
   * local, whatever address it shows.
   */
  handleConnection(socket: Socket, connection?: ApiConnection): void;
  /** Takes no more requests and resolves when those under way are answered, or cut after five seconds. */
  close(): Promise<void>;
}

const defaultBodyLimit = 16 * 1024 * 1024;
const defaultBodyBudget = 256 * 1024 * 1024;
const empty = Buffer.alloc(0);
const closingGrace = 5000;
const idleLook = 50;

/** The front door: one HTTP server for every service. */
export const createGateway = (options: GatewayOptions): Gateway => {
  const context: GatewayContext = {
    ...options,
    encodeDenial: options.encodeDenial,
    directory: new ServiceDirectory(options.services),
    signingKeys: new SigningKeys(),
    throttle: options.throttle ?? unthrottled,
    bodyLimit: options.bodyLimit ?? defaultBodyLimit,
    bodyBudget: new BodyBudget(options.bodyBudget ?? defaultBodyBudget),
    verifyResponses: options.verifyResponses ?? process.env.FLEETLESS_VERIFY_RESPONSES === "1",
  };
  const limits = {
    maxHeaderSize: 32 * 1024,
    headersTimeout: 30_000,
    // The bodies of AWS's calls have a time limit of their own; layers of images may take as long as they need.
    requestTimeout: 0,
    keepAliveTimeout: 65_000,
  };
  const foreign: ForeignConnections = new WeakMap();
  const server = createServer({ ...limits, noDelay: true }, (message, response) => {
    const door = options.doors?.find((candidate) => candidate.accepts(message));
    if (door === undefined) void serve(message, response, context, foreign);
    else void door.serve(message, response, callerOf(message, foreign));
  });
  server.on("clientError", (_error, socket) => {
    if (socket.writable) socket.end("HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    else socket.destroy();
  });
  if (options.onUpgrade !== undefined) server.on("upgrade", options.onUpgrade);
  return {
    listen: (host, port) =>
      new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port, host, () => {
          server.off("error", reject);
          const address = server.address();
          const found = typeof address === "object" && address !== null ? address.port : port;
          options.onListening?.(found);
          resolve({ port: found });
        });
      }),
    handleConnection: (socket, connection) => {
      foreign.set(socket, { connection });
      server.emit("connection", socket);
    },
    close: async () => {
      const cut = setTimeout(() => server.closeAllConnections(), closingGrace);
      // A connection whose last answer ends only now would else be kept for its next request.
      const look = setInterval(() => server.closeIdleConnections(), idleLook);
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      });
      clearTimeout(cut);
      clearInterval(look);
      server.closeAllConnections();
    },
  };
};

/** Connections that were accepted elsewhere, and where. */
type ForeignConnections = WeakMap<Socket, { readonly connection: ApiConnection | undefined }>;

const sourceAddressOf = (message: IncomingMessage): string =>
  (message.socket.remoteAddress ?? "").replace(/^::ffff:/, "");

const callerOf = (message: IncomingMessage, foreign: ForeignConnections): Caller => {
  const sourceAddress = sourceAddressOf(message);
  const elsewhere = foreign.get(message.socket);
  const isLocal = elsewhere === undefined && isLocalCaller(sourceAddress, message.headers);
  return { sourceAddress, isLocal, connection: elsewhere?.connection };
};

const serve = async (
  message: IncomingMessage,
  response: ServerResponse,
  context: GatewayContext,
  foreign: ForeignConnections,
): Promise<void> => {
  try {
    send(response, await respond(message, context, foreign));
  } catch (thrown) {
    context.logger.debug({ error: messageOf(thrown) }, "a connection broke before its request was answered");
    response.destroy();
  }
};

const respond = async (
  message: IncomingMessage,
  context: GatewayContext,
  foreign: ForeignConnections,
): Promise<HttpResponse> => {
  const line = { method: message.method ?? "GET", target: message.url ?? "/" };
  if (line.method === "GET" && line.target === healthPath) return healthResponse;
  const { bodyBudget: budget, bodyLimit: limit } = context;
  const caller = callerOf(message, foreign);
  const head = httpRequest(line, message.headers, message.rawHeaders, empty);
  const held = budget.hold();
  try {
    const body = await receiveBody(message, { limit, budget, held, admit: () => admit(head, caller, context) });
    return await answer({ ...head, body }, caller, context);
  } catch (thrown) {
    if (!(thrown instanceof ServiceError)) throw thrown;
    const refusal = await refuse(head, caller, thrown, context);
    // A body of which nothing was read is thrown away as it comes, so that the client gets to read the answer.
    const isUnread = message.readableFlowing === null && declaredLength(message) <= limit;
    return isUnread ? refusal : { ...refusal, headers: { ...refusal.headers, connection: "close" } };
  } finally {
    held.release();
  }
};

const send = (response: ServerResponse, { status, headers, body }: HttpResponse): void => {
  const hasBody = status !== 204 && status !== 304;
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.byteLength;
  response.writeHead(status, hasBody ? { "content-length": length, ...headers } : { ...headers });
  if (!hasBody || length === 0) response.end();
  // A text as long as its UTF-8 has nothing but ASCII, which is written as it is.
  else if (typeof body === "string") response.end(body, length === body.length ? "latin1" : "utf8");
  else response.end(body);
};
