import { randomBytes, randomUUID } from "node:crypto";
import type { EndpointPassage } from "@fleetless/kernel";
import { decrypt, encrypt } from "../../credentials/sealing.ts";
import type { Principal } from "../../gateway/call.ts";
import type { AuditSink, Decision, GlobalConditionKeys } from "../../gateway/ports.ts";
import type { KeyRecord, Scope } from "./collections.ts";
import type { EncryptionContext } from "./cryptography/ciphertext.ts";
import { readHeader } from "./cryptography/ciphertext.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { decryptWithKey, encryptWithKey, symmetric } from "./encryption.ts";
import { invalidKeyUsage, keyUseDenied } from "./errors.ts";
import { describedKey } from "./managed-keys.ts";
import { keyArn } from "./names.ts";
import { permissionOnKey } from "./permissions.ts";
import { requireKeyOfCiphertext } from "./repository.ts";

/** In whose name another service uses a key. */
export interface KeyUser {
  readonly principal: Principal;
  readonly scope: Scope;
  /** The call's own: aws:SourceIp and the like. */
  readonly conditionKeys: GlobalConditionKeys;
  /** Through which the call for the value came to the service; its policy knows nothing of the key. */
  readonly endpoint?: EndpointPassage | undefined;
  /** The service that uses the key for them, such as `secretsmanager`. */
  readonly viaService: string;
}

/** A value under a data key of its own, and that data key under a KMS key. JSON, base64. */
export interface ProtectedValue {
  readonly dataKey: string;
  readonly body: string;
}

/** How other services keep values under KMS keys: each use is decided by the key's policy, grants and IAM. */
export interface KeyUse {
  /** The ARN of a symmetric key by id, ARN or alias; makes the service's own key where it is named. Throws kms's errors. */
  keyArnOf(scope: Scope, keyId: string): Promise<string>;
  /** Throws AccessDeniedException where the user may not kms:GenerateDataKey, or what `action` says instead. */
  protect(
    user: KeyUser,
    keyId: string,
    value: string,
    context: EncryptionContext,
    action?: "kms:Encrypt" | "kms:GenerateDataKey",
  ): Promise<ProtectedValue>;
  /** Throws AccessDeniedException where the user may not kms:Decrypt, and where the key is disabled or gone. */
  reveal(user: KeyUser, value: ProtectedValue, context: EncryptionContext): Promise<string>;
}

export interface KeyUseDependencies extends KmsDependencies {
  readonly audit: AuditSink;
}

const dataKeyBytes = 32;

/** The use of a key by a service stands in the audit trail as a call of its own, in the name of whom it is for. */
const tell = (
  { audit, clock }: KeyUseDependencies,
  { principal, viaService }: KeyUser,
  key: KeyRecord,
  call: { readonly action: string; readonly context: EncryptionContext; readonly decision: Decision },
): void => {
  const { action, context, decision } = call;
  const service = `${viaService}.amazonaws.com`;
  audit.record({
    eventId: randomUUID(),
    requestId: randomUUID(),
    at: clock.now(),
    service: "kms",
    operation: action.slice("kms:".length),
    readOnly: true,
    region: key.region,
    accountId: principal.accountId,
    principal,
    accessKeyId: undefined,
    sourceAddress: service,
    userAgent: service,
    requestParameters: { keyId: keyArn(key, key.keyId), encryptionContext: new Map(Object.entries(context)) },
    responseElements: undefined,
    errorCode: decision.kind === "denied" ? "AccessDenied" : undefined,
    errorMessage: decision.kind === "denied" ? decision.because : undefined,
    checks: decision.checks,
  });
};

const checkPermission = async (
  dependencies: KeyUseDependencies,
  user: KeyUser,
  key: KeyRecord,
  action: string,
  context: EncryptionContext,
): Promise<void> => {
  const { store, clock, authoriser } = dependencies;
  const { principal, scope, viaService } = user;
  const conditionKeys = { "kms:ViaService": [`${viaService}.${scope.region}.amazonaws.com`] };
  const permission = await store.read((transaction) =>
    permissionOnKey(transaction, key, { action, caller: principal, now: clock.now(), context, conditionKeys }),
  );
  const keys = {
    ...user.conditionKeys,
    "aws:ViaAWSService": ["true"],
    "aws:CalledVia": [`${viaService}.amazonaws.com`],
  };
  const decision = await authoriser.decide(principal, [permission], keys);
  tell(dependencies, user, key, { action, context, decision });
  if (decision.kind === "denied") throw keyUseDenied(principal.arn, action, keyArn(key, key.keyId), decision.because);
};

export const createKeyUse = (dependencies: KeyUseDependencies): KeyUse => {
  const { store, sealer, clock } = dependencies;
  const find = async (scope: Scope, keyId: string): Promise<KeyRecord> => {
    const key = await describedKey(dependencies, scope, keyId);
    if (key.keySpec === "SYMMETRIC_DEFAULT") return key;
    throw invalidKeyUsage(`${keyArn(key, key.keyId)} is no symmetric encryption key.`);
  };
  return {
    keyArnOf: async (scope, keyId) => {
      const key = await find(scope, keyId);
      return keyArn(key, key.keyId);
    },
    protect: async (user, keyId, value, context, action = "kms:GenerateDataKey") => {
      const key = await find(user.scope, keyId);
      await checkPermission(dependencies, user, key, action, context);
      const dataKey = randomBytes(dataKeyBytes);
      const wrapping = { algorithm: symmetric, context, operation: "GenerateDataKey", now: clock.now() };
      return {
        dataKey: encryptWithKey(sealer, key, dataKey, wrapping).toString("base64"),
        body: encrypt(dataKey, Buffer.from(value, "utf8"), JSON.stringify(context)).toString("base64"),
      };
    },
    reveal: async (user, value, context) => {
      const wrapped = Buffer.from(value.dataKey, "base64");
      const key = await store.read((transaction) =>
        requireKeyOfCiphertext(transaction, user.scope, readHeader(wrapped).keyId, clock.now()),
      );
      await checkPermission(dependencies, user, key, "kms:Decrypt", context);
      const wrapping = { algorithm: symmetric, context, operation: "Decrypt", now: clock.now() };
      const dataKey = decryptWithKey(sealer, key, wrapped, wrapping);
      return decrypt(dataKey, Buffer.from(value.body, "base64"), JSON.stringify(context)).toString("utf8");
    },
  };
};
