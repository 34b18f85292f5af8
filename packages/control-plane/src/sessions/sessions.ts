import { randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { readOpenDataChannel } from "@fleetless/aws-protocol/session-manager";
import type { Clock, Logger, NodeId, NodeProcessChannel, NodeProcessRequest } from "@fleetless/kernel";
import type { WebSocket, WebSocketServer } from "ws";
import { DataChannel } from "./data-channel.ts";
import { ProcessOffers } from "./process-offers.ts";
import type { Session } from "./session.ts";
import { SessionTokens } from "./session-tokens.ts";

export type { Session, SessionLog } from "./session.ts";

/** What a client needs to open its session. */
export interface GrantedSession {
  readonly sessionId: string;
  readonly tokenValue: string;
  /** The path of the data channel, with its query. */
  readonly path: string;
}

/** Commands inside containers for people and programs outside, by AWS's data channels. */
export interface Sessions {
  /** Grants a session to whoever has its token; nothing is run before it is opened. Undefined where there are too many. */
  grant(session: Session): GrantedSession | undefined;
  /** Takes an upgrade of a connection to a data channel; any other is refused. */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void;
  processRequests(node: NodeId, signal: AbortSignal): Promise<readonly NodeProcessRequest[]>;
  openProcess(node: NodeId, request: string): NodeProcessChannel | undefined;
  /** Ends every session. */
  close(): Promise<void>;
}

const mostOpen = 1_000;
const largestFrame = 256 * 1024;
const tokenMilliseconds = 10_000;
const channelPath = /^\/v1\/data-channel\/([A-Za-z0-9_-]{1,128})(?:\?|$)/;
const policyViolation = 1008;

/** As Amazon ECS forms them. */
export const newSessionId = (): string => `ecs-execute-command-${randomBytes(9).toString("hex").slice(0, 17)}`;

export const createContainerSessions = ({
  clock,
  logger,
}: {
  readonly clock: Clock;
  readonly logger: Logger;
}): Sessions => {
  const tokens = new SessionTokens<Session>(clock);
  const offers = new ProcessOffers(clock);
  const sockets = new Set<WebSocket>();
  const running = new Map<DataChannel, Promise<void>>();
  let server: Promise<WebSocketServer> | undefined;

  /** Loaded when the first session is opened. */
  const webSocketServer = (): Promise<WebSocketServer> => {
    server ??= import("ws").then(
      ({ WebSocketServer }) =>
        new WebSocketServer({
          noServer: true,
          maxPayload: largestFrame,
          perMessageDeflate: false,
          clientTracking: false,
        }),
    );
    return server;
  };

  const open = (socket: WebSocket, sessionId: string, first: Buffer): void => {
    const session = sessionOf(first, sessionId);
    if (session === undefined) {
      socket.close(policyViolation, "The session does not exist, was opened before, or the token is not its own");
      return;
    }
    const channel = new DataChannel(socket, session, { offers, clock, logger });
    running.set(
      channel,
      channel.run().finally(() => running.delete(channel)),
    );
  };

  const sessionOf = (first: Buffer, sessionId: string): Session | undefined => {
    try {
      return tokens.redeem(sessionId, readOpenDataChannel(first).tokenValue);
    } catch (thrown) {
      logger.debug({ error: thrown instanceof Error ? thrown.name : "" }, "a data channel did not begin as it should");
      return undefined;
    }
  };

  const accept = (socket: WebSocket, sessionId: string): void => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => undefined);
    const timer = setTimeout(() => socket.close(policyViolation, "No token came in time"), tokenMilliseconds);
    socket.once("close", () => clearTimeout(timer));
    socket.once("message", (data, isBinary) => {
      clearTimeout(timer);
      if (isBinary || !Buffer.isBuffer(data)) socket.close(policyViolation, "The first message is a text");
      else open(socket, sessionId, data);
    });
  };

  return {
    grant: (session) => {
      const tokenValue = tokens.issue(session.id, session);
      if (tokenValue === undefined) return undefined;
      return {
        sessionId: session.id,
        tokenValue,
        path: `/v1/data-channel/${session.id}?role=publish_subscribe`,
      };
    },
    handleUpgrade: (request, socket, head) => {
      socket.on("error", () => socket.destroy());
      const sessionId = channelPath.exec(request.url ?? "")?.[1];
      const status =
        sessionId === undefined ? "404 Not Found" : sockets.size >= mostOpen ? "503 Service Unavailable" : undefined;
      if (sessionId === undefined || status !== undefined) {
        socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
        return;
      }
      webSocketServer().then(
        (accepting) => accepting.handleUpgrade(request, socket, head, (webSocket) => accept(webSocket, sessionId)),
        () => socket.destroy(),
      );
    },
    processRequests: (node, signal) => offers.requests(node, signal),
    openProcess: (node, request) => offers.take(node, request),
    close: async () => {
      for (const channel of running.keys()) channel.end("Fleetless is going down");
      await Promise.all(running.values());
      for (const socket of sockets) socket.terminate();
    },
  };
};
