import { randomBytes } from "node:crypto";
import type { GrantConstraints } from "@aws-sdk/client-kms";
import type { GrantRecord, Scope } from "./collections.ts";
import { validation } from "./errors.ts";
import { keyArn } from "./names.ts";

/** Those that take an encryption context, and so are held to a grant's constraint. */
const withContext: ReadonlySet<string> = new Set([
  "Decrypt",
  "Encrypt",
  "GenerateDataKey",
  "GenerateDataKeyPair",
  "GenerateDataKeyPairWithoutPlaintext",
  "GenerateDataKeyWithoutPlaintext",
  "ReEncryptFrom",
  "ReEncryptTo",
]);

/** Whether a grant covers an operation with this encryption context. */
export const grantAllows = (
  grant: GrantRecord,
  operation: string,
  context: Readonly<Record<string, string>> = {},
): boolean => {
  if (!grant.operations.some((granted) => granted === operation)) return false;
  const { constraint } = grant;
  if (constraint === undefined || !withContext.has(operation)) return true;
  const wanted = Object.entries(constraint.context);
  const held = wanted.every(([name, value]) => Object.hasOwn(context, name) && context[name] === value);
  return held && (constraint.kind === "subset" || Object.keys(context).length === wanted.length);
};

export const newGrantId = (): string => randomBytes(32).toString("hex");

/** A grant is in force at once, so its token only has to name it. */
export const grantToken = (scope: Scope, keyId: string, grantId: string): string =>
  Buffer.from(JSON.stringify({ key: keyArn(scope, keyId), grant: grantId })).toString("base64url");

/** The grant's id in a token; undefined where it is not one of ours. */
export const grantIdInToken = (token: string): string | undefined => {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, "base64url").toString("utf8"));
    return typeof read === "object" && read !== null && "grant" in read && typeof read.grant === "string"
      ? read.grant
      : undefined;
  } catch {
    return undefined;
  }
};

/** Throws ValidationException where both kinds of constraint are given. */
export const constraintOf = (constraints: GrantConstraints | undefined): GrantRecord["constraint"] => {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = constraints ?? {};
  if (equals !== undefined && subset !== undefined) {
    throw validation("A grant has one constraint: EncryptionContextEquals or EncryptionContextSubset.");
  }
  if (equals !== undefined) return { kind: "equals", context: equals };
  return subset === undefined ? undefined : { kind: "subset", context: subset };
};

export const sameGrant = (one: GrantRecord, other: GrantRecord): boolean => {
  const essence = ({ grantId: _, createdAt: __, ...rest }: GrantRecord): string =>
    JSON.stringify(rest, Object.keys({ ...rest, ...rest.constraint, ...rest.constraint?.context }).toSorted());
  return essence(one) === essence(other);
};
