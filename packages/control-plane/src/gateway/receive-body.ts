import type { IncomingMessage } from "node:http";
import type { BodyBudget, HeldBytes } from "./body-budget.ts";
import { requestTooLarge } from "./errors.ts";

const empty = Buffer.alloc(0);

/** Bytes that are read from anyone: what nearly every call needs, so that those are looked at but once. */
const strangersLimit = 64 * 1024;

/** Milliseconds in which a whole body must have come. */
const timeLimit = 300_000;

export interface BodyRules {
  /** Bytes that no body may exceed. */
  readonly limit: number;
  readonly budget: BodyBudget;
  readonly held: HeldBytes;
  /** Asked once before a larger body is read; throws what a caller is told who must not send one. */
  readonly admit: () => Promise<void>;
}

export const declaredLength = (message: IncomingMessage): number => Number(message.headers["content-length"] ?? 0);

/**
 * The whole body. Throws RequestEntityTooLarge as soon as it is longer than the limit, ServiceUnavailable where all
 * bodies together are more than the budget, and what `admit` throws.
 */
export const receiveBody = async (message: IncomingMessage, rules: BodyRules): Promise<Buffer> => {
  const { "content-length": length, "transfer-encoding": encoding } = message.headers;
  if (length === undefined && encoding === undefined) return empty;
  const declared = declaredLength(message);
  if (declared > rules.limit) throw requestTooLarge(rules.limit);
  const isLarge = declared > strangersLimit || rules.budget.isHalfUsed;
  if (isLarge) await rules.admit();
  return collect(message, rules, isLarge);
};

const collect = (message: IncomingMessage, rules: BodyRules, isAdmitted: boolean): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const broken = new Error("the connection closed within the request's body");
    if (message.destroyed) {
      reject(broken);
      return;
    }
    const late = setTimeout(() => message.destroy(), timeLimit);
    const chunks: Buffer[] = [];
    let received = 0;
    let admitted = isAdmitted;
    const refuse = (reason: unknown): void => {
      clearTimeout(late);
      message.removeAllListeners("data");
      message.pause();
      reject(reason);
    };
    const take = (chunk: Buffer): void => {
      received += chunk.length;
      if (received > rules.limit) throw requestTooLarge(rules.limit);
      rules.held.take(chunk.length);
      chunks.push(chunk);
      if (admitted || received <= strangersLimit) return;
      admitted = true;
      message.pause();
      rules.admit().then(() => message.resume(), refuse);
    };
    message.on("data", (chunk: Buffer) => {
      try {
        take(chunk);
      } catch (thrown) {
        refuse(thrown);
      }
    });
    message.on("end", () => {
      clearTimeout(late);
      const [only] = chunks;
      resolve(chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks, received));
    });
    message.on("error", reject);
    message.on("close", () => {
      clearTimeout(late);
      reject(broken);
    });
  });
