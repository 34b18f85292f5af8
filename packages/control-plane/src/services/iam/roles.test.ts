import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allowAll, type IamWorld, openIamWorld, refusal, rootCall, trust } from "./testing/world.ts";

describe("IAM roles", () => {
  let world: IamWorld;
  beforeEach(async () => {
    world = await openIamWorld();
  });
  afterEach(() => world.close());

  describe("roles", () => {
    it("are made, shown, changed, listed and deleted", async () => {
      const made = await world.run("CreateRole", {
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
      const shown = Object(await world.run("GetRole", { RoleName: "task" })).Role;
      expect(shown.AssumeRolePolicyDocument).toMatch(/^%7B%22Version%22/);
      expect(decodeURIComponent(shown.AssumeRolePolicyDocument)).toBe(trust);
      await world.run("UpdateRole", { RoleName: "task", MaxSessionDuration: 7200 });
      await world.run("UpdateAssumeRolePolicy", {
        RoleName: "task",
        PolicyDocument: trust.replace("ecs-tasks", "ec2"),
      });
      expect(Object(await world.run("ListRoles", {})).Roles).toMatchObject([
        {
          RoleName: "task",
          MaxSessionDuration: 7200,
          AssumeRolePolicyDocument: expect.stringContaining("ec2.amazonaws"),
        },
      ]);
      expect(await world.run("ListInstanceProfilesForRole", { RoleName: "task" })).toMatchObject({
        InstanceProfiles: [],
      });
      await world.run("DeleteRole", { RoleName: "task" });
      expect(await refusal(world.run("GetRole", { RoleName: "task" }))).toEqual({
        code: "NoSuchEntity",
        status: 404,
        message: "The role with name task cannot be found.",
      });
    });

    it("trust only principals that are there, and policies that are trust policies", async () => {
      const create = (statement: object) =>
        world.run("CreateRole", {
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
      await world.run("CreateUser", { UserName: "nobody" });
      await create({ ...assume, Principal: { AWS: arn } });
    });
  });

  it("keeps inline policies of users and roles as they were given", async () => {
    await world.run("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust });
    await world.run("PutRolePolicy", { RoleName: "r", PolicyName: "b", PolicyDocument: allowAll });
    await world.run("PutRolePolicy", { RoleName: "r", PolicyName: "a", PolicyDocument: allowAll });
    expect(await world.run("ListRolePolicies", { RoleName: "r" })).toEqual({
      PolicyNames: ["a", "b"],
      IsTruncated: false,
    });
    const got = Object(await world.run("GetRolePolicy", { RoleName: "r", PolicyName: "a" }));
    expect(got).toMatchObject({ RoleName: "r", PolicyName: "a" });
    expect(decodeURIComponent(got.PolicyDocument)).toBe(allowAll);
    expect(await refusal(world.run("GetRolePolicy", { RoleName: "r", PolicyName: "constructor" }))).toEqual({
      code: "NoSuchEntity",
      status: 404,
      message: "The role policy with name constructor cannot be found.",
    });
    const malformed = { RoleName: "r", PolicyName: "c", PolicyDocument: "{" };
    expect(await refusal(world.run("PutRolePolicy", malformed))).toMatchObject({
      code: "MalformedPolicyDocument",
      status: 400,
    });
    const statements = Array.from({ length: 300 }, () => ({ Effect: "Allow", Action: "s3:GetObject", Resource: "*" }));
    const long = JSON.stringify({ Version: "2012-10-17", Statement: statements });
    const tooLong = { RoleName: "r", PolicyName: "long", PolicyDocument: long };
    expect(await refusal(world.run("PutRolePolicy", tooLong))).toMatchObject({ code: "LimitExceeded", status: 409 });
  });

  it("declares for each operation an action of its own on what the input names", async () => {
    await world.run("CreateRole", {
      RoleName: "r",
      Path: "/p/",
      AssumeRolePolicyDocument: trust,
      Tags: [{ Key: "k", Value: "v" }],
    });
    const named = {
      UserName: "u",
      GroupName: "g",
      RoleName: "r",
      PolicyArn: "arn:p",
      Url: "https://token.example.com",
    };
    for (const [name, operation] of world.service.operations) {
      const permissions = await operation.permissions({ ...named }, rootCall);
      // Beside its own, one that hands on a role needs the permission for that.
      expect(permissions.slice(1).every(({ action }) => action === "iam:PassRole")).toBe(true);
      expect(permissions[0]?.action).toBe(`iam:${name}`);
      expect(permissions[0]?.resources).toHaveLength(1);
    }
    const onRole = await world.service.operations.get("DeleteRole")?.permissions({ RoleName: "r" }, rootCall);
    expect(onRole).toMatchObject([
      { resources: ["arn:aws:iam::123456789012:role/p/r"], conditionKeys: { "aws:ResourceTag/k": ["v"] } },
    ]);
  });
});
