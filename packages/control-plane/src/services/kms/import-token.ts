import type { SecretSealer } from "../../credentials/sealing.ts";
import { SealBrokenError } from "../../credentials/sealing.ts";
import type { Scope } from "./collections.ts";
import { expiredImportToken, invalidImportToken } from "./errors.ts";
import { keyArn } from "./names.ts";

/** How long the wrapping key may be used, in milliseconds. */
export const importTokenMilliseconds = 86_400_000;

interface ImportToken {
  readonly algorithm: string;
  /** PKCS #8, in base64. */
  readonly wrappingKey: string;
  readonly validTo: number;
}

const purposeOf = (scope: Scope, keyId: string): string => `kms-import-token/${keyArn(scope, keyId)}`;

/** The token carries the private wrapping key, sealed, so that nothing is kept until the import. */
export const writeImportToken = (sealer: SecretSealer, scope: Scope, keyId: string, token: ImportToken): Buffer =>
  Buffer.from(sealer.seal(JSON.stringify(token), purposeOf(scope, keyId)), "base64");

/** Throws InvalidImportTokenException or ExpiredImportTokenException. */
export const readImportToken = (
  sealer: SecretSealer,
  scope: Scope,
  keyId: string,
  token: Uint8Array,
  now: number,
): ImportToken => {
  let read: ImportToken;
  try {
    read = JSON.parse(sealer.open(Buffer.from(token).toString("base64"), purposeOf(scope, keyId)));
  } catch (thrown) {
    if (thrown instanceof SealBrokenError) throw invalidImportToken();
    throw thrown;
  }
  if (read.validTo <= now) throw expiredImportToken();
  return read;
};
