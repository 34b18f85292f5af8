import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { accountId, ManualClock, region, ServiceError, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSecretSealer } from "../../credentials/sealing.ts";
import type { Call } from "../../gateway/call.ts";
import type { Service } from "../../gateway/service.ts";
import type { OpenedStore } from "../../state/append/append-tables.ts";
import { openSqliteStore } from "../../state/sqlite/open.ts";
import { createIamService } from "./service.ts";

const account = accountId("123456789012");
const clock = new ManualClock();

const rootCall: Call = {
  requestId: "r",
  accountId: account,
  region: region("us-east-1"),
  principal: { kind: "root", accountId: account, arn: `arn:aws:iam::${account}:root`, userId: account },
  accessKeyId: "AKIAROOT",
  sourceAddress: "127.0.0.1",
  userAgent: "test",
  clock,
};

const allowAll = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Action: "s3:*", Resource: "*" }],
});
const trust = JSON.stringify({
  Version: "2012-10-17",
  Statement: [{ Effect: "Allow", Principal: { Service: "ecs-tasks.amazonaws.com" }, Action: "sts:AssumeRole" }],
});

describe("IAM", () => {
  let directory = "";
  let store: OpenedStore;
  let service: Service;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "fleetless-iam-"));
    store = await openSqliteStore({ path: join(directory, "s"), logger: silentLogger, clock });
    service = createIamService({ store, clock, sealer: createSecretSealer(Buffer.alloc(32, 7)) });
  });
  afterEach(async () => {
    await store.close();
    await rm(directory, { recursive: true });
  });

  const run = async (name: string, input: object = {}, call: Call = rootCall) => {
    const operation = service.operations.get(name);
    if (operation === undefined) throw new Error(`${name} is not supported.`);
    return operation.handle(input, call);
  };
  const refusal = async (running: Promise<unknown>) => {
    const thrown = await running.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (!(thrown instanceof ServiceError)) throw new Error(`Not refused in IAM's words: ${String(thrown)}`);
    return { code: thrown.code, status: thrown.httpStatus, message: thrown.message };
  };

  describe("users", () => {
    it("are made, shown, listed by path in pages, renamed and deleted", async () => {
      for (const UserName of ["bob", "alice", "carol"]) await run("CreateUser", { UserName, Path: "/team/" });
      await run("CreateUser", { UserName: "dave" });
      const shown = await run("GetUser", { UserName: "alice" });
      expect(shown).toEqual({
        User: {
          Path: "/team/",
          UserName: "alice",
          UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
          Arn: "arn:aws:iam::123456789012:user/team/alice",
          CreateDate: new Date(clock.now()),
        },
      });
      const first = await run("ListUsers", { PathPrefix: "/team/", MaxItems: 2 });
      expect(first).toMatchObject({ Users: [{ UserName: "alice" }, { UserName: "bob" }], IsTruncated: true });
      const { Marker } = Object(first);
      expect(await run("ListUsers", { PathPrefix: "/team/", MaxItems: 2, Marker })).toMatchObject({
        Users: [{ UserName: "carol" }],
        IsTruncated: false,
      });
      await run("UpdateUser", { UserName: "dave", NewUserName: "David", NewPath: "/new/" });
      expect(await run("GetUser", { UserName: "David" })).toMatchObject({
        User: { Arn: "arn:aws:iam::123456789012:user/new/David" },
      });
      await run("DeleteUser", { UserName: "David" });
      expect(await refusal(run("GetUser", { UserName: "David" }))).toEqual({
        code: "NoSuchEntity",
        status: 404,
        message: "The user with name David cannot be found.",
      });
    });

    it("are unique whatever their case, and have names of IAM's characters", async () => {
      await run("CreateUser", { UserName: "Alice" });
      expect(await refusal(run("CreateUser", { UserName: "alice" }))).toEqual({
        code: "EntityAlreadyExists",
        status: 409,
        message: "User with name alice already exists.",
      });
      expect(await refusal(run("CreateUser", { UserName: "a b" }))).toMatchObject({ code: "ValidationError" });
      expect(await refusal(run("CreateUser", { UserName: "x".repeat(65) }))).toMatchObject({ code: "ValidationError" });
      expect(await refusal(run("CreateUser", { UserName: "a", Path: "nope" }))).toMatchObject({
        code: "ValidationError",
      });
    });

    it("are not deleted while they have keys or policies", async () => {
      await run("CreateUser", { UserName: "a" });
      const made = Object(await run("CreateAccessKey", { UserName: "a" })).AccessKey;
      await run("PutUserPolicy", { UserName: "a", PolicyName: "p", PolicyDocument: allowAll });
      await run("AttachUserPolicy", { UserName: "a", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
      const attached = { code: "DeleteConflict", status: 409 };
      expect(await refusal(run("DeleteUser", { UserName: "a" }))).toMatchObject(attached);
      await run("DetachUserPolicy", { UserName: "a", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
      expect((await refusal(run("DeleteUser", { UserName: "a" }))).message).toContain("must delete policies first");
      await run("DeleteUserPolicy", { UserName: "a", PolicyName: "p" });
      expect((await refusal(run("DeleteUser", { UserName: "a" }))).message).toContain("must delete access keys first");
      await run("DeleteAccessKey", { UserName: "a", AccessKeyId: made.AccessKeyId });
      await run("DeleteUser", { UserName: "a" });
    });
  });

  it("makes at most two access keys, sealed in the store, also when asked at the same time", async () => {
    await run("CreateUser", { UserName: "a" });
    const made = await Promise.allSettled([1, 2, 3].map(() => run("CreateAccessKey", { UserName: "a" })));
    const reasons = made.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(reasons).toMatchObject([{ code: "LimitExceeded", message: "Cannot exceed quota for AccessKeysPerUser: 2" }]);
    const keys = made.flatMap((outcome) => (outcome.status === "fulfilled" ? [Object(outcome.value).AccessKey] : []));
    for (const key of keys) {
      expect(key).toMatchObject({ UserName: "a", Status: "Active" });
      expect(key.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
      expect(key.SecretAccessKey).toHaveLength(40);
    }
    const [{ AccessKeyId }] = keys;
    await run("UpdateAccessKey", { UserName: "a", AccessKeyId, Status: "Inactive" });
    const listed = Object(await run("ListAccessKeys", { UserName: "a" })).AccessKeyMetadata;
    expect(listed).toHaveLength(2);
    expect(JSON.stringify(listed)).not.toContain("SecretAccessKey");
    expect(listed.find((key: { AccessKeyId: string }) => key.AccessKeyId === AccessKeyId)?.Status).toBe("Inactive");
    expect(await refusal(run("DeleteAccessKey", { UserName: "a", AccessKeyId: "AKIANONE" }))).toEqual({
      code: "NoSuchEntity",
      status: 404,
      message: "The Access Key with id AKIANONE cannot be found.",
    });
  });

  it("takes the caller where no user is named", async () => {
    await run("CreateUser", { UserName: "me" });
    const own: Call = {
      ...rootCall,
      principal: { kind: "user", accountId: account, arn: "arn", userId: "AIDA", userName: "me" },
    };
    expect(await run("GetUser", {}, own)).toMatchObject({ User: { UserName: "me" } });
    expect(await refusal(run("GetUser", {}))).toMatchObject({
      code: "ValidationError",
      message: "Must specify userName when calling with non-User credentials",
    });
  });

  describe("roles", () => {
    it("are made, shown, changed, listed and deleted", async () => {
      const made = await run("CreateRole", {
        RoleName: "task",
        Path: "/svc/",
        Description: "d",
        AssumeRolePolicyDocument: trust,
        Tags: [{ Key: "team", Value: "x" }],
      });
      expect(made).toMatchObject({
        Role: {
          Arn: "arn:aws:iam::123456789012:role/svc/task",
          RoleId: expect.stringMatching(/^AROA[A-Z2-7]{17}$/),
          MaxSessionDuration: 3600,
          Tags: [{ Key: "team", Value: "x" }],
        },
      });
      const shown = Object(await run("GetRole", { RoleName: "task" })).Role;
      expect(shown.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22/);
      expect(decodeURIComponent(shown.AssumeRolePolicyDocument)).toBe(trust);
      await run("UpdateRole", { RoleName: "task", MaxSessionDuration: 7200 });
      await run("UpdateAssumeRolePolicy", { RoleName: "task", PolicyDocument: trust.replace("ecs-tasks", "ec2") });
      expect(Object(await run("ListRoles", {})).Roles).toMatchObject([
        {
          RoleName: "task",
          MaxSessionDuration: 7200,
          AssumeRolePolicyDocument: expect.stringContaining("ec2.amazonaws"),
        },
      ]);
      expect(await run("ListInstanceProfilesForRole", { RoleName: "task" })).toMatchObject({ InstanceProfiles: [] });
      await run("DeleteRole", { RoleName: "task" });
      expect(await refusal(run("GetRole", { RoleName: "task" }))).toEqual({
        code: "NoSuchEntity",
        status: 404,
        message: "The role with name task cannot be found.",
      });
    });

    it("trust only principals that are there, and policies that are trust policies", async () => {
      const create = (statement: object) =>
        run("CreateRole", {
          RoleName: "r",
          AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [statement] }),
        });
      const arn = "arn:aws:iam::123456789012:user/nobody";
      const assume = { Effect: "Allow", Action: "sts:AssumeRole" };
      expect(await refusal(create({ ...assume, Principal: { AWS: arn } }))).toEqual({
        code: "MalformedPolicyDocument",
        status: 400,
        message: `Invalid principal in policy: "AWS":"${arn}"`,
      });
      expect((await refusal(create(assume))).message).toBe("Missing required field Principal");
      expect((await refusal(create({ ...assume, Principal: "*", Resource: "*" }))).message).toBe(
        "Has prohibited field Resource",
      );
      await run("CreateUser", { UserName: "nobody" });
      await create({ ...assume, Principal: { AWS: arn } });
    });
  });

  it("keeps inline policies of users and roles as they were given", async () => {
    await run("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust });
    await run("PutRolePolicy", { RoleName: "r", PolicyName: "b", PolicyDocument: allowAll });
    await run("PutRolePolicy", { RoleName: "r", PolicyName: "a", PolicyDocument: allowAll });
    expect(await run("ListRolePolicies", { RoleName: "r" })).toEqual({ PolicyNames: ["a", "b"], IsTruncated: false });
    const got = Object(await run("GetRolePolicy", { RoleName: "r", PolicyName: "a" }));
    expect(got).toMatchObject({ RoleName: "r", PolicyName: "a" });
    expect(decodeURIComponent(got.PolicyDocument)).toBe(allowAll);
    expect(await refusal(run("GetRolePolicy", { RoleName: "r", PolicyName: "constructor" }))).toEqual({
      code: "NoSuchEntity",
      status: 404,
      message: "The role policy with name constructor cannot be found.",
    });
    const malformed = { RoleName: "r", PolicyName: "c", PolicyDocument: "{" };
    expect(await refusal(run("PutRolePolicy", malformed))).toMatchObject({
      code: "MalformedPolicyDocument",
      status: 400,
    });
    const statements = Array.from({ length: 300 }, () => ({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }));
    const long = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const tooLong = { RoleName: "r", PolicyName: "long", PolicyDocument: long };
    expect(await refusal(run("PutRolePolicy", tooLong))).toMatchObject({ code: "LimitExceeded", status: 409 });
  });

  describe("managed policies", () => {
    it("have versions, a default, uses, tags and an end", async () => {
      const made = Object(await run("CreatePolicy", { PolicyName: "p", PolicyDocument: allowAll })).Policy;
      expect(made).toMatchObject({
        Arn: "arn:aws:iam::123456789012:policy/p",
        PolicyId: expect.stringMatching(/^ANPA/),
        DefaultVersionId: "v1",
        AttachmentCount: 0,
      });
      const PolicyArn = made.Arn;
      await run("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust, PermissionsBoundary: PolicyArn });
      await run("AttachRolePolicy", { RoleName: "r", PolicyArn });
      await run("AttachRolePolicy", { RoleName: "r", PolicyArn });
      expect(await run("GetPolicy", { PolicyArn })).toMatchObject({
        Policy: { AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 },
      });
      expect(await run("ListAttachedRolePolicies", { RoleName: "r" })).toMatchObject({
        AttachedPolicies: [{ PolicyName: "p", PolicyArn }],
      });
      expect(await run("ListEntitiesForPolicy", { PolicyArn })).toMatchObject({ PolicyRoles: [{ RoleName: "r" }] });
      const second = allowAll.replace("s3:*", "s3:Get*");
      await run("CreatePolicyVersion", { PolicyArn, PolicyDocument: second, SetAsDefault: true });
      const version = Object(await run("GetPolicyVersion", { PolicyArn, VersionId: "v2" })).PolicyVersion;
      expect(version.IsDefaultVersion).toBe(true);
      expect(decodeURIComponent(version.Document)).toBe(second);
      expect(Object(await run("ListPolicyVersions", { PolicyArn })).Versions).toMatchObject([
        { VersionId: "v2", IsDefaultVersion: true },
        { VersionId: "v1", IsDefaultVersion: false },
      ]);
      expect((await refusal(run("DeletePolicyVersion", { PolicyArn, VersionId: "v2" }))).code).toBe("DeleteConflict");
      await run("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" });
      expect((await refusal(run("DeletePolicy", { PolicyArn }))).message).toBe(
        "Cannot delete a policy attached to entities.",
      );
      await run("DetachRolePolicy", { RoleName: "r", PolicyArn });
      await run("DeleteRolePermissionsBoundary", { RoleName: "r" });
      expect((await refusal(run("DeletePolicy", { PolicyArn }))).message).toContain("more than one version");
      await run("DeletePolicyVersion", { PolicyArn, VersionId: "v2" });
      await run("TagPolicy", { PolicyArn, Tags: [{ Key: "a", Value: "1" }] });
      expect(await run("ListPolicyTags", { PolicyArn })).toMatchObject({ Tags: [{ Key: "a", Value: "1" }] });
      await run("DeletePolicy", { PolicyArn });
      expect((await refusal(run("GetPolicy", { PolicyArn }))).message).toBe(`Policy ${PolicyArn} was not found.`);
      expect(await refusal(run("AttachRolePolicy", { RoleName: "r", PolicyArn }))).toEqual({
        code: "NoSuchEntity",
        status: 404,
        message: `Policy ${PolicyArn} does not exist or is not attachable.`,
      });
    });

    it("keep at most five versions, and never use a number again", async () => {
      const { Arn: PolicyArn } = Object(
        await run("CreatePolicy", { PolicyName: "p", PolicyDocument: allowAll }),
      ).Policy;
      for (let count = 2; count <= 5; count += 1) {
        await run("CreatePolicyVersion", { PolicyArn, PolicyDocument: allowAll });
      }
      expect((await refusal(run("CreatePolicyVersion", { PolicyArn, PolicyDocument: allowAll }))).code).toBe(
        "LimitExceeded",
      );
      await run("DeletePolicyVersion", { PolicyArn, VersionId: "v5" });
      expect(await run("CreatePolicyVersion", { PolicyArn, PolicyDocument: allowAll })).toMatchObject({
        PolicyVersion: { VersionId: "v6" },
      });
    });

    it("are never deleted from under one that attaches them at the same time", async () => {
      for (let round = 0; round < 20; round += 1) {
        const PolicyName = `p${round}`;
        const RoleName = `r${round}`;
        await run("CreatePolicy", { PolicyName, PolicyDocument: allowAll });
        await run("CreateRole", { RoleName, AssumeRolePolicyDocument: trust });
        const PolicyArn = `arn:aws:iam::123456789012:policy/${PolicyName}`;
        const outcomes = await Promise.allSettled([
          run("AttachRolePolicy", { RoleName, PolicyArn }),
          run("DeletePolicy", { PolicyArn }),
        ]);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      }
    });

    it("of AWS are there to be attached and cannot be changed", async () => {
      const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
      expect(await run("GetPolicy", { PolicyArn })).toMatchObject({ Policy: { Path: "/service-role/" } });
      const { Document } = Object(await run("GetPolicyVersion", { PolicyArn, VersionId: "v1" })).PolicyVersion;
      expect(JSON.parse(decodeURIComponent(Document)).Statement[0].Action).toContain("ecr:GetAuthorizationToken");
      expect((await refusal(run("DeletePolicy", { PolicyArn }))).code).toBe("AccessDenied");
      expect(Object(await run("ListPolicies", { Scope: "Local" })).Policies).toEqual([]);
      const names = Object(await run("ListPolicies", {})).Policies.map(
        (policy: { PolicyName: string }) => policy.PolicyName,
      );
      expect(names).toContain("AdministratorAccess");
      expect(await refusal(run("GetPolicy", { PolicyArn: "arn:aws:s3:::x" }))).toMatchObject({
        code: "InvalidInput",
        message: "ARN arn:aws:s3:::x is not valid.",
      });
    });
  });

  it("tags whatever the case of the keys", async () => {
    await run("CreateUser", { UserName: "a", Tags: [{ Key: "Team", Value: "1" }] });
    await run("TagUser", {
      UserName: "a",
      Tags: [
        { Key: "team", Value: "2" },
        { Key: "b", Value: "" },
      ],
    });
    expect(await run("ListUserTags", { UserName: "a" })).toEqual({
      Tags: [
        { Key: "b", Value: "" },
        { Key: "team", Value: "2" },
      ],
      IsTruncated: false,
    });
    await run("UntagUser", { UserName: "a", TagKeys: ["TEAM"] });
    expect(Object(await run("ListUserTags", { UserName: "a" })).Tags).toHaveLength(1);
    const twice = {
      UserName: "a",
      Tags: [
        { Key: "x", Value: "" },
        { Key: "X", Value: "" },
      ],
    };
    expect((await refusal(run("TagUser", twice))).code).toBe("InvalidInput");
  });

  it("declares for each operation an action of its own on what the input names", async () => {
    await run("CreateRole", {
      RoleName: "r",
      Path: "/p/",
      AssumeRolePolicyDocument: trust,
      Tags: [{ Key: "k", Value: "v" }],
    });
    for (const [name, operation] of service.operations) {
      const permissions = await operation.permissions({ UserName: "u", RoleName: "r", PolicyArn: "arn:p" }, rootCall);
      expect(permissions).toHaveLength(1);
      expect(permissions[0]?.action).toBe(`iam:${name}`);
      expect(permissions[0]?.resources).toHaveLength(1);
    }
    const onRole = await service.operations.get("DeleteRole")?.permissions({ RoleName: "r" }, rootCall);
    expect(onRole).toMatchObject([
      { resources: ["arn:aws:iam::123456789012:role/p/r"], conditionKeys: { "aws:ResourceTag/k": ["v"] } },
    ]);
  });
});
