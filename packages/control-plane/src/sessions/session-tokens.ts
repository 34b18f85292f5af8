import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import type { Clock } from "@fleetless/kernel";

interface Waiting<Session> {
  readonly session: Session;
  readonly digest: Buffer;
  readonly expiresAt: number;
}

/** How long a token may be used after it was given out, in milliseconds. */
const tokenLifetime = 60_000;
const mostWaiting = 10_000;

const digestOf = (token: string): Buffer => createHash("sha256").update(token).digest();

/** Sessions that were granted and not opened yet. A token opens its own session, once, and is kept as a digest only. */
export class SessionTokens<Session> {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, Waiting<Session>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The token, or undefined where too many sessions wait to be opened. */
  issue(sessionId: string, session: Session): string | undefined {
    this.#forgetExpired();
    if (this.#waiting.size >= mostWaiting) return undefined;
    const token = randomBytes(48).toString("base64");
    this.#waiting.set(sessionId, {
      session,
      digest: digestOf(token),
      expiresAt: this.#clock.now() + tokenLifetime,
    });
    return token;
  }

  /** The session that the token opens; a wrong one leaves the session waiting. */
  redeem(sessionId: string, token: string): Session | undefined {
    this.#forgetExpired();
    const waiting = this.#waiting.get(sessionId);
    if (waiting === undefined || !timingSafeEqual(waiting.digest, digestOf(token))) return undefined;
    this.#waiting.delete(sessionId);
    return waiting.session;
  }

  #forgetExpired(): void {
    const now = this.#clock.now();
    for (const [id, { expiresAt }] of this.#waiting) {
      if (expiresAt > now) return;
      this.#waiting.delete(id);
    }
  }
}
