import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { SessionFacts } from "../gateway/call.ts";
import { decrypt, deriveKey, encrypt } from "./sealing.ts";

interface SessionClaims {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly accountId: string;
  /** Milliseconds since the Unix epoch. */
  readonly issuedAt: number;
  readonly expiresAt: number;
}

interface RoleSessionClaims extends SessionClaims {
  readonly kind: "role";
  readonly roleName: string;
  readonly roleArn: string;
  /** A role made again under the same name is another one, and its sessions are others. */
  readonly roleId: string;
  readonly sessionName: string;
  readonly sessionPolicies: readonly string[];
  /** The AWS service that took the role, such as `ecs-tasks.amazonaws.com`. */
  readonly service?: string;
  readonly session?: SessionFacts;
}

interface FederatedSessionClaims extends SessionClaims {
  readonly kind: "federated";
  readonly name: string;
  /** Whose rights it has; root's where undefined. */
  readonly issuer: { readonly userName: string; readonly userId: string } | undefined;
  readonly sessionPolicies: readonly string[];
  readonly session?: SessionFacts;
}

interface UserSessionClaims extends SessionClaims {
  readonly kind: "user";
  readonly userName: string;
  readonly userId: string;
}

interface RootSessionClaims extends SessionClaims {
  readonly kind: "root";
}

export type Claims = RoleSessionClaims | UserSessionClaims | RootSessionClaims | FederatedSessionClaims;

/** A token that carries its session itself, sealed, so that no store has to know it. */
export interface SessionTokens {
  write(claims: Claims): string;
  /** Undefined where it is not a token of ours. */
  read(token: string): Claims | undefined;
}

const formatVersion = 1;
const purpose = "session";
/** Tokens with the longest policies that AssumeRole takes stay far below this. */
const longestToken = 32_768;
const longestClaims = 262_144;
const remembered = 4_096;

export const createSessionTokens = (masterKey: Buffer): SessionTokens => {
  const key = deriveKey(masterKey, "session tokens");
  const known = new Map<string, Claims>();
  return {
    write: (claims) => {
      const body = encrypt(key, deflateRawSync(JSON.stringify(claims)), purpose);
      return Buffer.concat([Buffer.of(formatVersion), body]).toString("base64");
    },
    read: (token) => {
      const earlier = known.get(token);
      if (earlier !== undefined) return earlier;
      const claims = unseal(key, token);
      if (claims === undefined) return undefined;
      if (known.size >= remembered) known.clear();
      known.set(token, claims);
      return claims;
    },
  };
};

const unseal = (key: Buffer, token: string): Claims | undefined => {
  if (token.length > longestToken) return undefined;
  const bytes = Buffer.from(token, "base64");
  if (bytes[0] !== formatVersion) return undefined;
  try {
    const plain = decrypt(key, bytes.subarray(1), purpose);
    return JSON.parse(inflateRawSync(plain, { maxOutputLength: longestClaims }).toString("utf8"));
  } catch {
    // What the key does not open was not written by us.
    return undefined;
  }
};
