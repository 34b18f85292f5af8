import { randomBytes } from "node:crypto";
import type { GrantConstraints, GrantOperation } from "@aws-sdk/client-kms";
import type { GrantRecord, KeyRecord, Scope } from "./collections.ts";
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

/** For what a key of each kind can be used at all, beside what is asked of the key itself. */
const operationsByUse: Readonly<Record<string, readonly GrantOperation[]>> = {
  SYMMETRIC: [
    "Decrypt",
    "Encrypt",
    "ReEncryptFrom",
    "ReEncryptTo",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
  ],
  ENCRYPT_DECRYPT: ["Decrypt", "Encrypt", "ReEncryptFrom", "ReEncryptTo", "GetPublicKey"],
  SIGN_VERIFY: ["Sign", "Verify", "GetPublicKey"],
  KEY_AGREEMENT: ["DeriveSharedSecret", "GetPublicKey"],
  GENERATE_VERIFY_MAC: ["GenerateMac", "VerifyMac"],
};
const operationsOnAnyKey: readonly GrantOperation[] = ["CreateGrant", "DescribeKey", "RetireGrant"];

/** Throws ValidationException where a key cannot do what a grant is to allow. */
export const checkGrantOperations = (key: KeyRecord, operations: readonly GrantOperation[]): void => {
  const use = key.keySpec === "SYMMETRIC_DEFAULT" ? "SYMMETRIC" : key.keyUsage;
  const fitting = operationsByUse[use] ?? [];
  const other = operations.find((operation) => !fitting.includes(operation) && !operationsOnAnyKey.includes(operation));
  if (other === undefined) return;
  throw validation(
    `The operation ${other} is not valid for a grant on ${keyArn(key, key.keyId)}, whose key spec is ${key.keySpec} and whose key usage is ${key.keyUsage}.`,
  );
};

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
