import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type Logger, messageOf } from "@fleetless/kernel";

/** A failure whose message is meant for the person who asked. */
export class LocalApiError extends Error {
  override readonly name = "LocalApiError";
  readonly httpStatus: number;

  constructor(httpStatus: number, message: string) {
    super(message);
    this.httpStatus = httpStatus;
  }
}

/** Answers one route; `parameters` are the named groups of its pattern. */
export interface LocalRoute {
  readonly method: "GET" | "POST";
  readonly pattern: RegExp;
  readonly answer: (parameters: Readonly<Record<string, string>>, body: unknown) => Promise<unknown>;
}

const maximumBodyBytes = 1024 * 1024;

/**
 * Serves what is neither AWS's API nor for remote callers, over HTTP on a socket that only root can open.
 * Answers JSON; errors are `{message}`.
 */
export const serveLocalApi = async (
  socketPath: string,
  routes: readonly LocalRoute[],
  logger: Logger,
): Promise<Server> => {
  rmSync(socketPath, { force: true });
  const server = createServer((request, response) => {
    respond(request, routes)
      .catch((error: unknown) => {
        if (error instanceof LocalApiError) return { status: error.httpStatus, body: { message: error.message } };
        logger.error({ path: request.url, error: messageOf(error) }, "local call failed");
        return { status: 500, body: { message: messageOf(error) } };
      })
      .then(({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body ?? {}));
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(socketPath, resolve);
  });
  chmodSync(socketPath, 0o600);
  return server;
};

const respond = async (
  request: IncomingMessage,
  routes: readonly LocalRoute[],
): Promise<{ readonly status: number; readonly body: unknown }> => {
  for (const { method, pattern, answer } of routes) {
    const match = pattern.exec(request.url ?? "");
    if (match === null || method !== request.method) continue;
    return { status: 200, body: await answer(match.groups ?? {}, await bodyOf(request)) };
  }
  throw new LocalApiError(404, `There is no ${request.method} ${request.url}`);
};

const bodyOf = async (request: IncomingMessage): Promise<unknown> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Buffer)) throw new LocalApiError(400, "The body is not bytes");
    size += chunk.length;
    if (size > maximumBodyBytes) throw new LocalApiError(413, "The body is too large");
    chunks.push(chunk);
  }
  if (size === 0) return undefined;
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new LocalApiError(400, "The body is not JSON");
  }
};
