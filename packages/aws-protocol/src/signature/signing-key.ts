import { createHmac, createSecretKey, type KeyObject } from "node:crypto";
import type { CredentialScope } from "./credential-scope.ts";
import { formatScope } from "./credential-scope.ts";

const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/**
 * As a KeyObject: an HMAC with a Buffer's bytes takes several times as long to begin.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const deriveSigningKey = (secretAccessKey: string, scope: CredentialScope): KeyObject =>
  createSecretKey(
    hmac(hmac(hmac(hmac(`AWS4${secretAccessKey}`, scope.date), scope.region), scope.service), "aws4_request"),
  );

/** Keeps the keys last used, since a client signs with the same one all day. */
export class SigningKeys {
  readonly #keys = new Map<string, KeyObject>();
  readonly #limit: number;

  constructor(limit = 1000) {
    this.#limit = limit;
  }

  get(secretAccessKey: string, scope: CredentialScope): KeyObject {
    const name = `${formatScope(scope)}/${secretAccessKey}`;
    const known = this.#keys.get(name);
    if (known !== undefined) return known;
    const key = deriveSigningKey(secretAccessKey, scope);
    if (this.#keys.size >= this.#limit) {
      const [oldest] = this.#keys.keys();
      if (oldest !== undefined) this.#keys.delete(oldest);
    }
    this.#keys.set(name, key);
    return key;
  }
}
