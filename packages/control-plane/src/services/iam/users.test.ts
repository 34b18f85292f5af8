import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Call } from "../../gateway/call.ts";
import { account, allowAll, clock, type IamWorld, openIamWorld, refusal, rootCall } from "./testing/world.ts";

describe("IAM users", () => {
  let world: IamWorld;
  beforeEach(async () => {
    world = await openIamWorld();
  });
  afterEach(() => world.close());

  describe("users", () => {
    it("are made, shown, listed by path in pages, renamed and deleted", async () => {
      for (const UserName of ["bob", "alice", "carol"]) await world.run("CreateUser", { UserName, Path: "/team/" });
      await world.run("CreateUser", { UserName: "dave" });
      const shown = await world.run("GetUser", { UserName: "alice" });
      expect(shown).toEqual({
        User: {
          Path: "/team/",
          UserName: "alice",
          UserId: expect.stringMatching(/^AIDA[A-Z2-7]{17}$/),
          Arn: "arn:aws:iam::123456789012:user/team/alice",
          CreateDate: new Date(clock.now()),
        },
      });
      const first = await world.run("ListUsers", { PathPrefix: "/team/", MaxItems: 2 });
      expect(first).toMatchObject({ Users: [{ UserName: "alice" }, { UserName: "bob" }], IsTruncated: true });
      const { Marker } = Object(first);
      expect(await world.run("ListUsers", { PathPrefix: "/team/", MaxItems: 2, Marker })).toMatchObject({
        Users: [{ UserName: "carol" }],
        IsTruncated: false,
      });
      await world.run("UpdateUser", { UserName: "dave", NewUserName: "David", NewPath: "/new/" });
      expect(await world.run("GetUser", { UserName: "David" })).toMatchObject({
        User: { Arn: "arn:aws:iam::123456789012:user/new/David" },
      });
      await world.run("DeleteUser", { UserName: "David" });
      expect(await refusal(world.run("GetUser", { UserName: "David" }))).toEqual({
        code: "NoSuchEntity",
        status: 404,
        message: "The user with name David cannot be found.",
      });
    });

    it("include the root user, whom only the account itself can ask for and who has no name", async () => {
      expect(await world.run("GetUser")).toEqual({
        User: {
          UserId: "123456789012",
          Arn: "arn:aws:iam::123456789012:root",
          CreateDate: new Date(1_700_000_000_000),
        },
      });
      expect(await refusal(world.run("GetUser", { UserName: "root" }))).toMatchObject({ code: "NoSuchEntity" });
    });

    it("are unique whatever their case, and have names of IAM's characters", async () => {
      await world.run("CreateUser", { UserName: "Alice" });
      expect(await refusal(world.run("CreateUser", { UserName: "alice" }))).toEqual({
        code: "EntityAlreadyExists",
        status: 409,
        message: "User with name alice already exists.",
      });
      expect(await refusal(world.run("CreateUser", { UserName: "a b" }))).toMatchObject({ code: "ValidationError" });
      expect(await refusal(world.run("CreateUser", { UserName: "x".repeat(65) }))).toMatchObject({
        code: "ValidationError",
      });
      expect(await refusal(world.run("CreateUser", { UserName: "a", Path: "nope" }))).toMatchObject({
        code: "ValidationError",
      });
    });

    it("are not deleted while they have keys or policies", async () => {
      await world.run("CreateUser", { UserName: "a" });
      const made = Object(await world.run("CreateAccessKey", { UserName: "a" })).AccessKey;
      await world.run("PutUserPolicy", { UserName: "a", PolicyName: "p", PolicyDocument: allowAll });
      await world.run("AttachUserPolicy", { UserName: "a", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
      const attached = { code: "DeleteConflict", status: 409 };
      expect(await refusal(world.run("DeleteUser", { UserName: "a" }))).toMatchObject(attached);
      await world.run("DetachUserPolicy", { UserName: "a", PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" });
      expect((await refusal(world.run("DeleteUser", { UserName: "a" }))).message).toContain(
        "must delete policies first",
      );
      await world.run("DeleteUserPolicy", { UserName: "a", PolicyName: "p" });
      expect((await refusal(world.run("DeleteUser", { UserName: "a" }))).message).toContain(
        "must delete access keys first",
      );
      await world.run("DeleteAccessKey", { UserName: "a", AccessKeyId: made.AccessKeyId });
      await world.run("DeleteUser", { UserName: "a" });
    });
  });

  it("makes at most two access keys, sealed in the store, also when asked at the same time", async () => {
    await world.run("CreateUser", { UserName: "a" });
    const made = await Promise.allSettled([1, 2, 3].map(() => world.run("CreateAccessKey", { UserName: "a" })));
    const reasons = made.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
    expect(reasons).toMatchObject([{ code: "LimitExceeded", message: "Cannot exceed quota for AccessKeysPerUser: 2" }]);
    const keys = made.flatMap((outcome) => (outcome.status === "fulfilled" ? [Object(outcome.value).AccessKey] : []));
    for (const key of keys) {
      expect(key).toMatchObject({ UserName: "a", Status: "Active" });
      expect(key.AccessKeyId).toMatch(/^AKIA[A-Z2-7]{16}$/);
      expect(key.SecretAccessKey).toHaveLength(40);
    }
    const [{ AccessKeyId }] = keys;
    await world.run("UpdateAccessKey", { UserName: "a", AccessKeyId, Status: "Inactive" });
    const listed = Object(await world.run("ListAccessKeys", { UserName: "a" })).AccessKeyMetadata;
    expect(listed).toHaveLength(2);
    expect(JSON.stringify(listed)).not.toContain("SecretAccessKey");
    expect(listed.find((key: { AccessKeyId: string }) => key.AccessKeyId === AccessKeyId)?.Status).toBe("Inactive");
    expect(await refusal(world.run("DeleteAccessKey", { UserName: "a", AccessKeyId: "AKIANONE" }))).toEqual({
      code: "NoSuchEntity",
      status: 404,
      message: "The Access Key with id AKIANONE cannot be found.",
    });
  });

  it("takes the caller where no user is named", async () => {
    await world.run("CreateUser", { UserName: "me" });
    const own: Call = {
      ...rootCall,
      principal: { kind: "user", accountId: account, arn: "arn", userId: "AIDA", userName: "me" },
    };
    expect(await world.run("GetUser", {}, own)).toMatchObject({ User: { UserName: "me" } });
    const session: Call = {
      ...rootCall,
      principal: {
        kind: "assumed-role",
        accountId: account,
        arn: "arn:aws:sts::123456789012:assumed-role/r/s",
        userId: "AROA:s",
        roleArn: "arn:aws:iam::123456789012:role/r",
        roleName: "r",
        sessionName: "s",
        sessionPolicies: [],
      },
    };
    expect(await refusal(world.run("GetUser", {}, session))).toMatchObject({
      code: "ValidationError",
      message: "Must specify userName when calling with non-User credentials",
    });
  });

  it("tags whatever the case of the keys", async () => {
    await world.run("CreateUser", { UserName: "a", Tags: [{ Key: "Team", Value: "1" }] });
    await world.run("TagUser", {
      UserName: "a",
      Tags: [
        { Key: "team", Value: "2" },
        { Key: "b", Value: "" },
      ],
    });
    expect(await world.run("ListUserTags", { UserName: "a" })).toEqual({
      Tags: [
        { Key: "b", Value: "" },
        { Key: "team", Value: "2" },
      ],
      IsTruncated: false,
    });
    await world.run("UntagUser", { UserName: "a", TagKeys: ["TEAM"] });
    expect(Object(await world.run("ListUserTags", { UserName: "a" })).Tags).toHaveLength(1);
    const twice = {
      UserName: "a",
      Tags: [
        { Key: "x", Value: "" },
        { Key: "X", Value: "" },
      ],
    };
    expect((await refusal(world.run("TagUser", twice))).code).toBe("InvalidInput");
  });
});
