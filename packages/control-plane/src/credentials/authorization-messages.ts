import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { EncodeDenial } from "../gateway/ports.ts";
import { decrypt, deriveKey, encrypt } from "./sealing.ts";

/** What a denial tells only to those who may decode it, as EC2's do. */
export interface AuthorizationMessages {
  readonly encode: EncodeDenial;
  /** The JSON of a message; undefined where it is not one of ours. */
  decode(message: string): string | undefined;
}

const purpose = "authorization message";
const longestDecoded = 262_144;

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_DecodeAuthorizationMessage.html */
export const createAuthorizationMessages = (masterKey: Buffer): AuthorizationMessages => {
  const key = deriveKey(masterKey, "authorization messages");
  return {
    encode: (principal, { permission, resource, checks, context }) => {
      const own = checks.find((check) => check.action === permission.action && check.resource === resource);
      const message = {
        allowed: false,
        explicitDeny: own?.outcome === "explicitly-denied",
        matchedStatements: {
          items: own?.policy === undefined ? [] : [{ statementId: own.statement, policy: own.policy }],
        },
        failures: { items: [] },
        context: {
          principal: { id: principal.userId, arn: principal.arn },
          action: permission.action,
          resource,
          conditions: {
            items: [...context].map(([name, values]) => ({
              key: name,
              values: { items: values.map((value) => ({ value })) },
            })),
          },
        },
      };
      return encrypt(key, deflateRawSync(JSON.stringify(message)), purpose).toString("base64url");
    },
    decode: (message) => {
      try {
        const plain = decrypt(key, Buffer.from(message, "base64url"), purpose);
        return inflateRawSync(plain, { maxOutputLength: longestDecoded }).toString("utf8");
      } catch {
        // What the key does not open was not written by us.
        return undefined;
      }
    },
  };
};
