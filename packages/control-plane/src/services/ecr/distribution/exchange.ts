import type { IncomingMessage, ServerResponse } from "node:http";
import type { Call } from "../../../gateway/call.ts";
import { repositoryKey, type Scope } from "../collections.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { DistributionError } from "./errors.ts";

/** One request of the distribution API whose caller is known. */
export interface DistributionExchange {
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
  readonly parameters: URLSearchParams;
  readonly call: Call;
  readonly scope: Scope;
  readonly dependencies: EcrDependencies;
  /** Asks IAM, by the name that ECR has for what is done. Throws DistributionError, as ECR words it. */
  authorise(action: string, repository: string): Promise<void>;
  /** As `authorise`, without a word where it is denied. */
  isAllowed(action: string, repository: string): Promise<boolean>;
}

export const keyOf = (exchange: DistributionExchange, repository: string): string =>
  repositoryKey(exchange.scope, repository);

/** An answer without a body, or with a small one. */
export const reply = (
  { response }: Pick<DistributionExchange, "response">,
  status: number,
  headers: Readonly<Record<string, string | number>> = {},
  body?: string | Uint8Array,
): void => {
  response.writeHead(status, { "content-length": body === undefined ? 0 : Buffer.byteLength(body), ...headers });
  response.end(body);
};

export const replyJson = (
  exchange: Pick<DistributionExchange, "response">,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): void => reply(exchange, 200, { "content-type": "application/json", ...headers }, JSON.stringify(value));

/** A small body as a whole. Throws DistributionError where it is larger than `limit` bytes. */
export const readBody = async (message: IncomingMessage, limit: number): Promise<Buffer> => {
  const tooLarge = (): DistributionError =>
    new DistributionError(413, "SIZE_INVALID", `The body is larger than the ${limit} bytes allowed`);
  if (Number(message.headers["content-length"] ?? 0) > limit) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    if (!(chunk instanceof Buffer)) throw new TypeError("a request's body is bytes");
    size += chunk.length;
    if (size > limit) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
};

/** Milliseconds for which nothing may come. */
const stallLimit = 120_000;

/** The body as it comes; a sender that falls silent is cut off. */
export const streamBody = (message: IncomingMessage): AsyncIterable<Uint8Array> => {
  message.setTimeout(stallLimit, () => message.destroy(new Error("nothing came for too long")));
  return message;
};
