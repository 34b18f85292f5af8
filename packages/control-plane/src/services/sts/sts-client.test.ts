import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListRolesCommand,
  ListUsersCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { accountId, region, silentLogger, systemClock } from "@fleetless/kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ControlPlane, openControlPlane } from "../../control-plane.ts";
import { rootKeyFile } from "../../credentials/root-key.ts";

const account = "123456789012";
const roleArn = (name: string): string => `arn:aws:iam::${account}:role/${name}`;
const allow = (...Action: string[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource: "*" }] });
const trust = (AWS: string, Condition: object = {}): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { AWS }, Action: "sts:AssumeRole", Condition }],
  });

interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

let directory: string;
let plane: ControlPlane;
let endpoint: string;
let alice: Keys;

const sts = (credentials: Keys): STSClient =>
  new STSClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
const iam = (credentials: Keys): IAMClient =>
  new IAMClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });

const keysOf = (
  credentials:
    | { AccessKeyId?: string | undefined; SecretAccessKey?: string | undefined; SessionToken?: string | undefined }
    | undefined,
): Keys => ({
  accessKeyId: credentials?.AccessKeyId ?? "",
  secretAccessKey: credentials?.SecretAccessKey ?? "",
  sessionToken: credentials?.SessionToken ?? "",
});

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-sts-"));
  plane = await openControlPlane({
    dataDirectory: directory,
    rootKey: rootKeyFile(join(directory, "root.key"), true),
    accountId: accountId(account),
    region: region("us-east-1"),
    publicCidr: "203.0.113.0/24",
    isolation: "runc",
    acceptWellKnownLocalKey: false,
    clock: systemClock,
    logger: silentLogger,
  });
  const { port } = await plane.gateway.listen("127.0.0.1", 0);
  endpoint = `http://127.0.0.1:${port}`;
  const root = iam(plane.rootAccessKey);
  await root.send(new CreateUserCommand({ UserName: "alice" }));
  await root.send(new CreateUserCommand({ UserName: "bob" }));
  const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: "alice" }));
  alice = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  const roles = {
    reader: trust(`arn:aws:iam::${account}:user/alice`),
    stranger: trust(`arn:aws:iam::${account}:user/bob`),
    external: trust(`arn:aws:iam::${account}:user/alice`, { StringEquals: { "sts:ExternalId": "xyz" } }),
    chained: trust(roleArn("reader")),
  };
  for (const [RoleName, AssumeRolePolicyDocument] of Object.entries(roles)) {
    await root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument, MaxSessionDuration: 7200 }));
    const PolicyDocument = allow("iam:ListUsers", "iam:ListRoles", "sts:AssumeRole");
    await root.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }));
  }
});

afterAll(async () => {
  await plane.close();
  await rm(directory, { recursive: true });
});

/** The token with another character in its middle. */
const tampered = (token: string): string => {
  const middle = Math.floor(token.length / 2);
  return token.slice(0, middle) + (token[middle] === "A" ? "B" : "A") + token.slice(middle + 1);
};

const assume = (keys: Keys, input: { RoleArn: string; RoleSessionName?: string } & Record<string, unknown>) =>
  sts(keys).send(new AssumeRoleCommand({ RoleSessionName: "session", ...input }));

test("GetCallerIdentity says who calls", async () => {
  await expect(sts(plane.rootAccessKey).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
    Account: account,
    Arn: `arn:aws:iam::${account}:root`,
    UserId: account,
  });
  await expect(sts(alice).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
    Arn: `arn:aws:iam::${account}:user/alice`,
    UserId: expect.stringMatching(/^AIDA/),
  });
});

describe("AssumeRole", () => {
  test("gives keys that are the role, for as long as asked", async () => {
    const before = Date.now();
    const { Credentials, AssumedRoleUser } = await assume(alice, { RoleArn: roleArn("reader"), DurationSeconds: 900 });
    expect(AssumedRoleUser).toEqual({
      Arn: `arn:aws:sts::${account}:assumed-role/reader/session`,
      AssumedRoleId: expect.stringMatching(/^AROA\w+:session$/),
    });
    const lasts = ((Credentials?.Expiration?.getTime() ?? 0) - before) / 1000;
    expect(lasts).toBeGreaterThan(895);
    expect(lasts).toBeLessThan(910);
    const keys = keysOf(Credentials);
    await expect(sts(keys).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: `arn:aws:sts::${account}:assumed-role/reader/session`,
    });
    await expect(iam(keys).send(new ListUsersCommand({}))).resolves.toBeTruthy();
    await expect(iam(keys).send(new CreateUserCommand({ UserName: "eve" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    await expect(
      iam({ ...keys, sessionToken: tampered(keys.sessionToken ?? "") }).send(new ListUsersCommand({})),
    ).rejects.toThrow();
  });

  test("is refused to whom the role does not trust, and for roles that are not there, in the same words", async () => {
    for (const name of ["stranger", "nobody", "external"]) {
      await expect(assume(alice, { RoleArn: roleArn(name) })).rejects.toMatchObject({
        name: "AccessDenied",
        message: `User: arn:aws:iam::${account}:user/alice is not authorized to perform: sts:AssumeRole on resource: ${roleArn(name)} because no resource-based policy allows the sts:AssumeRole action`,
      });
    }
    await expect(assume(alice, { RoleArn: roleArn("external"), ExternalId: "xyz" })).resolves.toBeTruthy();
  });

  test("session policies narrow what the role may do", async () => {
    const root = iam(plane.rootAccessKey);
    const { Policy } = await root.send(
      new CreatePolicyCommand({ PolicyName: "only-roles", PolicyDocument: allow("iam:ListRoles") }),
    );
    for (const narrowed of [{ Policy: allow("iam:ListRoles") }, { PolicyArns: [{ arn: Policy?.Arn }] }]) {
      const { Credentials, PackedPolicySize } = await assume(alice, { RoleArn: roleArn("reader"), ...narrowed });
      expect(PackedPolicySize).toBeGreaterThan(0);
      const session = iam(keysOf(Credentials));
      await expect(session.send(new ListRolesCommand({}))).resolves.toBeTruthy();
      await expect(session.send(new ListUsersCommand({}))).rejects.toMatchObject({ name: "AccessDenied" });
    }
    await root.send(new AttachRolePolicyCommand({ RoleName: "reader", PolicyArn: Policy?.Arn ?? "" }));
  });

  test("by a role lasts an hour at most", async () => {
    const { Credentials } = await assume(alice, { RoleArn: roleArn("reader") });
    const reader = keysOf(Credentials);
    await expect(assume(reader, { RoleArn: roleArn("chained"), DurationSeconds: 3600 })).resolves.toBeTruthy();
    await expect(assume(reader, { RoleArn: roleArn("chained"), DurationSeconds: 3601 })).rejects.toThrow(
      "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    );
  });

  test.each([
    [
      { DurationSeconds: 899 },
      "Value '899' at 'durationSeconds' failed to satisfy constraint: Member must have value greater than or equal to 900",
    ],
    [{ DurationSeconds: 7201 }, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."],
    [{ RoleSessionName: "a" }, "Member must have length greater than or equal to 2"],
    [{ RoleSessionName: "not allowed" }, "Member must satisfy regular expression pattern: [\\w+=,.@-]*"],
    [{ RoleArn: "arn:aws:iam::1:role/x-role" }, "arn:aws:iam::1:role/x-role is invalid"],
    [{ Policy: "{" }, "This policy contains invalid Json"],
    [
      { PolicyArns: [{ arn: `arn:aws:iam::${account}:policy/gone` }] },
      `The policy arn:aws:iam::${account}:policy/gone does not exist`,
    ],
    [{ TokenCode: "123456" }, "Fleetless does not support the parameter TokenCode of AssumeRole yet."],
  ])("refuses %j", async (input, message) => {
    await expect(assume(alice, { RoleArn: roleArn("reader"), ...input })).rejects.toThrow(message);
  });
});

describe("GetSessionToken", () => {
  test("gives keys with the caller's own rights, but not to sessions", async () => {
    const { Credentials } = await sts(alice).send(new GetSessionTokenCommand({ DurationSeconds: 900 }));
    const keys = keysOf(Credentials);
    await expect(sts(keys).send(new GetCallerIdentityCommand({}))).resolves.toMatchObject({
      Arn: `arn:aws:iam::${account}:user/alice`,
    });
    await expect(sts(keys).send(new GetSessionTokenCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Cannot call GetSessionToken with session credentials",
    });
    await expect(sts(alice).send(new GetSessionTokenCommand({ SerialNumber: "arn:aws:iam::1:mfa/a" }))).rejects.toThrow(
      "does not support the parameter SerialNumber",
    );
  });

  test("the root user's lasts an hour at most", async () => {
    const { Credentials } = await sts(plane.rootAccessKey).send(
      new GetSessionTokenCommand({ DurationSeconds: 43_200 }),
    );
    expect(Credentials?.Expiration?.getTime()).toBeLessThanOrEqual(Date.now() + 3_600_000);
  });
});
