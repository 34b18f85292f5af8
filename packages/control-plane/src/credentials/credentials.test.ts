import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, ManualClock, region, silentLogger } from "@fleetless/kernel";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createCallHistory } from "../audit/call-history.ts";
import type { Call } from "../gateway/call.ts";
import { createIamService, findRole, findUser } from "../services/iam/service.ts";
import type { OpenedStore } from "../state/append/append-tables.ts";
import { openSqliteStore } from "../state/sqlite/open.ts";
import { type Credentials, type CredentialsOptions, openCredentials } from "./open-credentials.ts";
import { rootKeyFile } from "./root-key.ts";
import { createSecretSealer, SealBrokenError } from "./sealing.ts";

const account = accountId("123456789012");
const invalid = "The security token included in the request is invalid.";

describe("what the master key seals", () => {
  it("opens what it sealed, for the same purpose and unchanged", () => {
    const sealer = createSecretSealer(Buffer.alloc(32, 1));
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), fc.nat(), (secret, purpose, at) => {
        const sealed = sealer.seal(secret, purpose);
        expect(sealer.open(sealed, purpose)).toBe(secret);
        expect(() => sealer.open(sealed, `${purpose}!`)).toThrow(SealBrokenError);
        expect(() => createSecretSealer(Buffer.alloc(32, 2)).open(sealed, purpose)).toThrow(SealBrokenError);
        const bytes = Buffer.from(sealed, "base64");
        const changed = at % bytes.length;
        bytes.writeUInt8(bytes.readUInt8(changed) ^ 1, changed);
        expect(() => sealer.open(bytes.toString("base64"), purpose)).toThrow(SealBrokenError);
      }),
      { numRuns: 50 },
    );
  });
});

describe("access keys", () => {
  const clock = new ManualClock();
  let directory = "";
  let store: OpenedStore;
  let credentials: Credentials;
  const open = (more: Partial<CredentialsOptions> = {}) =>
    openCredentials({
      store,
      clock,
      accountId: account,
      dataDirectory: directory,
      rootKey: rootKeyFile(join(directory, "root.key"), true),
      acceptWellKnownLocalKey: true,
      ...more,
    });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-credentials-"));
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock });
    credentials = await open();
  });
  afterEach(async () => {
    credentials.close();
    await store.close();
    await rm(directory, { recursive: true });
  });

  const find = (id: string, token?: string, isLocal = false) => credentials.accessKeys.find(id, token, isLocal);
  const iam = (name: string, input: object) => {
    const call: Call = {
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
    const service = createIamService({
      store,
      clock,
      sealer: credentials.sealer,
      accountCreatedAt: async () => 0,
      callHistory: createCallHistory(store.auditRecords),
    });
    return service.operations.get(name)?.handle(input, call);
  };
  const makeRole = async (service = "ecs-tasks.amazonaws.com") => {
    const statement = { Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" };
    const AssumeRolePolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await iam("CreateRole", { RoleName: "task", Path: "/p/", AssumeRolePolicyDocument });
    const role = await store.read((transaction) => findRole(transaction, account, "task"));
    if (role === undefined) throw new Error("The role was not made.");
    return role;
  };

  it("has a root key that stays the same, and is nowhere readable in the store", async () => {
    const { accessKeyId, secretAccessKey } = credentials.rootAccessKey;
    expect(accessKeyId).toMatch(/^AKIA/);
    expect(await find(accessKeyId)).toMatchObject({ secretAccessKey, principal: { kind: "root" } });
    const again = await open();
    expect(again.rootAccessKey).toEqual(credentials.rootAccessKey);
    again.close();
    await store.close();
    const bytes = await readFile(join(directory, "s"));
    expect(bytes.includes(accessKeyId)).toBe(true);
    expect(bytes.includes(secretAccessKey)).toBe(false);
  });

  it("takes the well-known local key from local callers only, and only where that is on", async () => {
    expect(await find("test", undefined, true)).toMatchObject({ secretAccessKey: "test", principal: { kind: "root" } });
    await expect(find("test", undefined, false)).rejects.toThrow(invalid);
    const strict = await open({ acceptWellKnownLocalKey: false });
    await expect(strict.accessKeys.find("test", undefined, true)).rejects.toThrow(invalid);
    strict.close();
  });

  it("knows a user's keys, and refuses them at once when they are inactive or gone", async () => {
    await iam("CreateUser", { UserName: "alice" });
    const { AccessKeyId, SecretAccessKey } = Object(await iam("CreateAccessKey", { UserName: "alice" })).AccessKey;
    const principal = { kind: "user", userName: "alice", arn: `arn:aws:iam::${account}:user/alice` };
    expect(await find(AccessKeyId)).toMatchObject({ secretAccessKey: SecretAccessKey, principal });
    await iam("UpdateAccessKey", { UserName: "alice", AccessKeyId, Status: "Inactive" });
    await expect(find(AccessKeyId)).rejects.toMatchObject({ code: "InvalidClientTokenId", httpStatus: 403 });
    await iam("UpdateAccessKey", { UserName: "alice", AccessKeyId, Status: "Active" });
    expect(await find(AccessKeyId)).toMatchObject({ principal });
    await iam("UpdateUser", { UserName: "alice", NewUserName: "ally" });
    expect(await find(AccessKeyId)).toMatchObject({ principal: { userName: "ally" } });
    await iam("DeleteAccessKey", { UserName: "ally", AccessKeyId });
    await expect(find(AccessKeyId)).rejects.toThrow(invalid);
    await expect(find("AKIANOBODY")).rejects.toThrow(invalid);
  });

  it("knows a role's session by its token, until it expires or the role is gone", async () => {
    const role = await makeRole();
    const issue = () =>
      credentials.sessions.issueRoleSession({ role, sessionName: "s", durationSeconds: 900, sessionPolicies: ["{}"] });
    const keys = issue();
    expect(keys.accessKeyId).toMatch(/^ASIA/);
    expect(keys.expiration).toBe(clock.now() + 900_000);
    expect(await find(keys.accessKeyId, keys.sessionToken)).toEqual({
      secretAccessKey: keys.secretAccessKey,
      principal: {
        kind: "assumed-role",
        accountId: account,
        arn: `arn:aws:sts::${account}:assumed-role/task/s`,
        userId: `${role.roleId}:s`,
        roleArn: `arn:aws:iam::${account}:role/p/task`,
        roleName: "task",
        sessionName: "s",
        sessionPolicies: ["{}"],
        issuedAt: clock.now(),
      },
    });
    await expect(find(keys.accessKeyId)).rejects.toThrow(invalid);
    await expect(find(issue().accessKeyId, keys.sessionToken)).rejects.toThrow(invalid);
    await expect(find(keys.accessKeyId, `${keys.sessionToken.slice(0, -8)}AAAAAAA=`)).rejects.toThrow(invalid);
    await expect(find(keys.accessKeyId, "x".repeat(100_000))).rejects.toThrow(invalid);
    await iam("DeleteRole", { RoleName: "task" });
    await expect(find(keys.accessKeyId, keys.sessionToken)).rejects.toThrow(invalid);
    await makeRole();
    await expect(find(keys.accessKeyId, keys.sessionToken)).rejects.toThrow(invalid);
    clock.advance(900_000);
    await expect(find(keys.accessKeyId, keys.sessionToken)).rejects.toMatchObject({ code: "ExpiredToken" });
  });

  it("gives sessions of users and of root", async () => {
    await iam("CreateUser", { UserName: "alice" });
    const user = await store.read((transaction) => findUser(transaction, account, "alice"));
    if (user === undefined) throw new Error("The user was not made.");
    const keys = credentials.sessions.issueUserSession(user, 900);
    expect(await find(keys.accessKeyId, keys.sessionToken)).toMatchObject({ principal: { userName: "alice" } });
    await iam("DeleteUser", { UserName: "alice" });
    await expect(find(keys.accessKeyId, keys.sessionToken)).rejects.toThrow(invalid);
    const root = credentials.sessions.issueRootSession(account, 900);
    expect(await find(root.accessKeyId, root.sessionToken)).toMatchObject({ principal: { kind: "root" } });
  });

  it("gives services the roles that trust them, and ends their sessions when they say so", async () => {
    const over = new Set<string>();
    const issuing = await open({ serviceSessionIsOver: async (_service, name) => over.has(name) });
    const request = {
      accountId: account,
      sourceArn: `arn:aws:ecs:us-east-1:${account}:task/1`,
      roleArn: `arn:aws:iam::${account}:role/p/task`,
      servicePrincipal: "ecs-tasks.amazonaws.com",
      sessionName: "one",
      durationSeconds: 900,
    };
    await expect(issuing.serviceRoleSessions.issue(request)).rejects.toMatchObject({ code: "NoSuchEntity" });
    await makeRole();
    const keys = await issuing.serviceRoleSessions.issue(request);
    expect(keys.roleArn).toBe(request.roleArn);
    const use = () => issuing.accessKeys.find(keys.accessKeyId, keys.sessionToken, false);
    expect(await use()).toMatchObject({ principal: { roleName: "task", sessionName: "one" } });
    over.add("one");
    await expect(use()).rejects.toThrow(invalid);
    const ofAnother = issuing.serviceRoleSessions.issue({ ...request, accountId: "210987654321" });
    await expect(ofAnother).rejects.toMatchObject({ code: "NoSuchEntity" });
    const untrusted = { ...request, servicePrincipal: "lambda.amazonaws.com" };
    await expect(issuing.serviceRoleSessions.issue(untrusted)).rejects.toMatchObject({ code: "AccessDenied" });
    issuing.close();
  });
});
