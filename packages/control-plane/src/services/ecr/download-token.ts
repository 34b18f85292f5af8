import type { Clock } from "@fleetless/kernel";
import type { TextSealer } from "./authorization-token.ts";

const purpose = "ecr layer download";
/** Milliseconds for which a download URL may be used. */
const lifetime = 60 * 60 * 1000;

/** What makes the URL of GetDownloadUrlForLayer good for one layer and for a while, without a login. */
export class DownloadTokens {
  readonly #sealer: TextSealer;
  readonly #clock: Clock;

  constructor(sealer: TextSealer, clock: Clock) {
    this.#sealer = sealer;
    this.#clock = clock;
  }

  issue(repository: string, digest: string): string {
    const text = JSON.stringify([repository, digest, this.#clock.now() + lifetime]);
    return Buffer.from(this.#sealer.seal(text, purpose), "base64").toString("base64url");
  }

  /** The key of the repository for whose blob this token is, or undefined. */
  repositoryFor(token: string, digest: string): string | undefined {
    if (token.length > 4096) return undefined;
    try {
      const text = this.#sealer.open(Buffer.from(token, "base64url").toString("base64"), purpose);
      const [repository, sealedDigest, expiresAt]: [string, string, number] = JSON.parse(text);
      return sealedDigest === digest && expiresAt > this.#clock.now() ? repository : undefined;
    } catch {
      return undefined;
    }
  }
}
