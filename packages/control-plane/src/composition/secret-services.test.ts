import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, ManualClock, region, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type ClosableAuditSink, createAuditSink } from "../audit/audit-sink.ts";
import { readAuditTrail } from "../audit/read-audit-trail.ts";
import { createAuthoriser } from "../authorisation/authoriser.ts";
import type { SecretValues } from "../compute/service.ts";
import { createSecretSealer } from "../credentials/sealing.ts";
import type { Call } from "../gateway/call.ts";
import type { Service } from "../gateway/service.ts";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { createSecretServices } from "./secret-services.ts";

const day = 86_400_000;
const account = accountId("123456789012");
let directory = "";
let clock: ManualClock;
let store: OpenedStore;
let call: Call;
let services: readonly Service[];
let secretValues: SecretValues;
let audit: ClosableAuditSink;
let close: () => Promise<void>;

const open = async (key: Buffer): Promise<void> => {
  store = await openSqliteStore({ path: join(directory, "store"), logger: silentLogger, clock });
  const authoriser = createAuthoriser(store);
  const sealer = createSecretSealer(key);
  audit = createAuditSink({ records: store.auditRecords, logger: silentLogger, chainKey: key });
  const made = createSecretServices({
    ...{ store, clock, logger: silentLogger, sealer, authoriser, audit },
    region: region("us-east-1"),
  });
  ({ services, secretValues } = made);
  for (const { controllers } of services) for (const controller of controllers) controller.start();
  close = async () => {
    for (const { controllers } of services) for (const controller of controllers) await controller.stop();
    made.secretValues.close();
    await audit.close();
    authoriser.close();
    await store.close();
  };
};

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-secret-services-"));
  clock = new ManualClock();
  call = {
    requestId: "r",
    accountId: account,
    region: region("us-east-1"),
    principal: { kind: "root", accountId: account, arn: `arn:aws:iam::${account}:root`, userId: account },
    accessKeyId: "AKIAROOT",
    sourceAddress: "127.0.0.1",
    userAgent: "test",
    host: "127.0.0.1:4566",
    clock,
  };
  await open(Buffer.alloc(32, 1));
});

afterEach(async () => {
  await close();
  await rm(directory, { recursive: true });
});

const invoke = async (signingName: string, operation: string, input: object): Promise<Record<string, unknown>> => {
  const found = services.find((service) => service.signingName === signingName)?.operations.get(operation);
  return Object.fromEntries(Object.entries((await found?.handle(input, call)) ?? {}));
};

/** How many documents of a kind there are. */
const count = (name: string): Promise<number> =>
  store.read(async (transaction) => (await transaction.list({ name, indexes: {} })).length);

/** The controllers have looked at the clock before it moves, and act once it has. */
const passTime = async (milliseconds: number): Promise<void> => {
  for (let left = milliseconds; left > 0; left -= day) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    clock.advance(Math.min(left, day));
  }
};

describe("time", () => {
  test("deletes a key at the end of its window, with all that hangs on it, and not before", async () => {
    const { KeyMetadata } = await invoke("kms", "CreateKey", {});
    const KeyId = Object(KeyMetadata).KeyId;
    await invoke("kms", "CreateAlias", { AliasName: "alias/a", TargetKeyId: KeyId });
    const grant = { KeyId, GranteePrincipal: `arn:aws:iam::${account}:user/a`, Operations: ["Decrypt"] };
    await invoke("kms", "CreateGrant", grant);
    await invoke("kms", "ScheduleKeyDeletion", { KeyId, PendingWindowInDays: 7 });
    await passTime(7 * day - 1);
    expect(await invoke("kms", "DescribeKey", { KeyId })).toMatchObject({
      KeyMetadata: { KeyState: "PendingDeletion" },
    });
    clock.advance(1);
    await expect(invoke("kms", "DescribeKey", { KeyId })).rejects.toMatchObject({ code: "NotFoundException" });
    for (const name of ["kms.keys", "kms.aliases", "kms.grants"]) await expect.poll(() => count(name)).toBe(0);
  });

  test("rotates a key, which still opens what it sealed before", async () => {
    const { KeyMetadata } = await invoke("kms", "CreateKey", {});
    const KeyId = Object(KeyMetadata).KeyId;
    await invoke("kms", "EnableKeyRotation", { KeyId, RotationPeriodInDays: 90 });
    const { CiphertextBlob } = await invoke("kms", "Encrypt", { KeyId, Plaintext: Buffer.from("x") });
    await passTime(90 * day);
    await expect.poll(async () => (await invoke("kms", "ListKeyRotations", { KeyId })).Rotations).toHaveLength(1);
    expect(await invoke("kms", "Decrypt", { CiphertextBlob })).toMatchObject({ Plaintext: Buffer.from("x") });
    const next = await invoke("kms", "GetKeyRotationStatus", { KeyId });
    expect(Object(next.NextRotationDate).getTime()).toBe(clock.now() + 90 * day);
  });

  test("removes a secret and every value of it at the end of its recovery window", async () => {
    await invoke("secretsmanager", "CreateSecret", { Name: "s", SecretString: "one" });
    await invoke("secretsmanager", "PutSecretValue", { SecretId: "s", SecretString: "two" });
    await invoke("secretsmanager", "DeleteSecret", { SecretId: "s", RecoveryWindowInDays: 7 });
    await passTime(7 * day - 1);
    expect(await count("secretsmanager.values")).toBe(2);
    clock.advance(1);
    for (const name of ["secretsmanager.secrets", "secretsmanager.values"])
      await expect.poll(() => count(name)).toBe(0);
    await invoke("secretsmanager", "CreateSecret", { Name: "s", SecretString: "again" });
  });
});

/** The audit trail from the oldest record on, without the chain. */
const auditTrail = async () => {
  await audit.flush();
  const { events } = await readAuditTrail(store.auditRecords, { limit: 100 });
  return events.map(({ event }) => event).toReversed();
};

test("each use of a key by a service, and each secret that a task reads, is in the audit trail", async () => {
  const { KeyMetadata } = await invoke("kms", "CreateKey", {});
  const keyId = Object(KeyMetadata).Arn;
  const { ARN } = await invoke("secretsmanager", "CreateSecret", { Name: "s", SecretString: "one", KmsKeyId: keyId });
  await invoke("secretsmanager", "GetSecretValue", { SecretId: "s" });
  await invoke("ssm", "PutParameter", { Name: "/p", Value: "two", Type: "SecureString", KeyId: keyId });
  const use = { eventSource: "kms.amazonaws.com", userIdentity: { type: "Root" }, requestParameters: { keyId } };
  expect(await auditTrail()).toMatchObject([
    { ...use, eventName: "GenerateDataKey", sourceIPAddress: "secretsmanager.amazonaws.com" },
    {
      ...use,
      eventName: "Decrypt",
      sourceIPAddress: "secretsmanager.amazonaws.com",
      requestParameters: { keyId, encryptionContext: { SecretARN: ARN } },
    },
    { ...use, eventName: "Encrypt", sourceIPAddress: "ssm.amazonaws.com" },
  ]);

  const roleArn = `arn:aws:iam::${account}:role/execution`;
  const reader = {
    principal: {
      kind: "assumed-role",
      accountId: account,
      arn: `arn:aws:sts::${account}:assumed-role/execution/task`,
      userId: "AROAEXECUTION:task",
      roleArn,
      roleName: "execution",
      sessionName: "task",
      sessionPolicies: [],
    },
    region: region("us-east-1"),
    conditionKeys: () => ({}),
  } as const;
  // Let in by the policies of the secret and of its key alone.
  const allow = (Action: string) => ({ Effect: "Allow", Principal: { AWS: roleArn }, Action, Resource: "*" });
  const document = (...Statement: object[]) => JSON.stringify({ Version: "2012-10-17", Statement });
  await invoke("secretsmanager", "PutResourcePolicy", {
    SecretId: "s",
    ResourcePolicy: document(allow("secretsmanager:GetSecretValue")),
  });
  await expect(secretValues.read(reader, String(ARN))).rejects.toThrow("Access to KMS is not allowed");
  await invoke("kms", "PutKeyPolicy", {
    KeyId: keyId,
    PolicyName: "default",
    BypassPolicyLockoutSafetyCheck: true,
    Policy: document(allow("kms:Decrypt")),
  });
  expect((await secretValues.read(reader, String(ARN))).toString()).toBe("one");
  const session = { userIdentity: { sessionContext: { sessionIssuer: { arn: roleArn } } } };
  expect((await auditTrail()).slice(3)).toMatchObject([
    { ...session, eventSource: "secretsmanager.amazonaws.com", eventName: "GetSecretValue" },
    { ...session, eventName: "Decrypt", errorCode: "AccessDenied" },
    { ...session, eventName: "Decrypt", additionalEventData: { authorization: [{ outcome: "allowed" }] } },
  ]);
});

test("values are of no use under another master key", async () => {
  const value = randomBytes(16).toString("hex");
  await invoke("secretsmanager", "CreateSecret", { Name: "s", SecretString: value });
  await invoke("ssm", "PutParameter", { Name: "/p", Value: value, Type: "String" });
  await close();
  await open(Buffer.alloc(32, 2));
  await expect(invoke("secretsmanager", "GetSecretValue", { SecretId: "s" })).rejects.toThrow();
  await expect(invoke("ssm", "GetParameter", { Name: "/p" })).rejects.toThrow();
  await close();
  await open(Buffer.alloc(32, 1));
  expect(await invoke("secretsmanager", "GetSecretValue", { SecretId: "s" })).toMatchObject({ SecretString: value });
  expect(await invoke("ssm", "GetParameter", { Name: "/p" })).toMatchObject({ Parameter: { Value: value } });
});
