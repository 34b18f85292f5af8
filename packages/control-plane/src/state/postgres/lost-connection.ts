import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@fleetless/kernel";
import { StoreUnavailableError } from "../store.ts";

/** The server is not there, or went away while it was asked. */
export class ConnectionLostError extends Error {
  override readonly name = "ConnectionLostError";
}

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const lostCodes = new Set([
  "57P01", // admin_shutdown
  "57P02", // crash_shutdown
  "57P03", // cannot_connect_now
  "57P05", // idle_session_timeout
  "25P03", // idle_in_transaction_session_timeout
  "53300", // too_many_connections
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ENOENT",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
]);

/** What pg says without a code, of a connection that is gone. */
const lostWords =
  /^Connection terminated|^Client (has encountered a connection error|was closed)|timeout expired|^Connection ended|not queryable/i;

/** The thrown value as a ConnectionLostError, undefined where the server is there and refuses for another reason. */
export const connectionLostOf = (thrown: unknown): ConnectionLostError | undefined => {
  if (!(thrown instanceof Error)) return undefined;
  const code = "code" in thrown && typeof thrown.code === "string" ? thrown.code : undefined;
  const isLost =
    code === undefined
      ? lostWords.test(thrown.message)
      : lostCodes.has(code) || /^08/.test(code) || lostWords.test(thrown.message);
  return isLost
    ? new ConnectionLostError(code === undefined ? thrown.message : `${messageOf(thrown)} (${code})`)
    : undefined;
};

/** How long a call waits for a server that is away. */
const patienceMilliseconds = 10_000;
const longestPause = 500;

/**
 * Does the work again while the server is away. `work` must be of a kind that may be begun again.
 * Throws StoreUnavailableError where the server stays away for ten seconds.
 */
export const whileAway = async <Result>(
  place: string,
  isClosed: () => boolean,
  work: () => Promise<Result>,
): Promise<Result> => {
  const begun = performance.now();
  for (let pause = 20; ; pause = Math.min(longestPause, pause * 2)) {
    try {
      return await work();
    } catch (thrown) {
      if (!(thrown instanceof ConnectionLostError)) throw thrown;
      if (isClosed() || performance.now() - begun > patienceMilliseconds) {
        throw new StoreUnavailableError(
          `The store ${place} does not answer (${thrown.message}). Fleetless goes on when PostgreSQL is back.`,
        );
      }
      await sleep(pause);
    }
  }
};
