import { createHash } from "node:crypto";
import { defineCollection, type Transaction } from "./store.ts";

/** How long a client token keeps its meaning. */
export const idempotencyMilliseconds = 24 * 60 * 60 * 1000;

/** Tokens that ran out are removed this many at a time, whenever another is written. */
const removedAtOnce = 4;

interface TokenRecord {
  readonly fingerprint: string;
  readonly expiresAt: number;
  readonly result: unknown;
}

const tokens = defineCollection<TokenRecord>("idempotency-tokens");

/** Keys that sort by the time at which the tokens run out. */
const expiries = defineCollection<{ readonly token: string }>("idempotency-expiries");

export interface IdempotentRequest<Result> {
  /** Account, region and operation, such as `123456789012/eu-west-1/ecs:RunTask`. */
  readonly scope: string;
  /** The client's token; undefined where it sent none, and then `make` simply runs. */
  readonly token: string | undefined;
  /** The whole input; the token itself may be in it. */
  readonly input: unknown;
  readonly now: number;
  /** What the service throws where the token came before with another input. */
  readonly mismatch: () => Error;
  /** Does the work in the same transaction. Its result must be JSON, for it is answered again to a repeat. */
  readonly make: () => Promise<Result>;
  /** Checks and types a result that was kept, and may bring it up to date. */
  readonly repeat: (kept: unknown) => Result | Promise<Result>;
}

/** Runs `make` once for a client token: a repeat with the same input is answered with what was kept. */
export const idempotently = async <Result>(
  transaction: Transaction,
  request: IdempotentRequest<Result>,
): Promise<Result> => {
  const { token } = request;
  if (token === undefined) return request.make();
  const key = `${request.scope}/${digest(token)}`;
  const fingerprint = digest(canonicalJson(request.input));
  const known = await transaction.get(tokens, key);
  if (known !== undefined && known.expiresAt > request.now) {
    if (known.fingerprint !== fingerprint) throw request.mismatch();
    return request.repeat(known.result);
  }
  const result = await request.make();
  const expiresAt = request.now + idempotencyMilliseconds;
  await removeExpired(transaction, request.now);
  transaction.put(tokens, key, { fingerprint, expiresAt, result });
  transaction.put(expiries, `${String(expiresAt).padStart(16, "0")}/${key}`, { token: key });
  return result;
};

const removeExpired = async (transaction: Transaction, now: number): Promise<void> => {
  const oldest = await transaction.list(expiries, { limit: removedAtOnce });
  for (const { key, document } of oldest) {
    if (Number(key.slice(0, key.indexOf("/"))) > now) return;
    transaction.delete(expiries, key);
    // The token may have been written again since, with a later expiry of its own.
    const record = await transaction.get(tokens, document.token);
    if (record !== undefined && record.expiresAt <= now) transaction.delete(tokens, document.token);
  }
};

const digest = (text: string): string => createHash("sha256").update(text).digest("hex");

/** JSON with the members of every object in the order of their names, dates and bytes as text. */
const canonicalJson = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : member,
  ) ?? "undefined";
