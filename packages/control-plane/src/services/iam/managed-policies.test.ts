import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allowAll, type IamWorld, openIamWorld, refusal, trust } from "./testing/world.ts";

describe("IAM managed policies", () => {
  let world: IamWorld;
  beforeEach(async () => {
    world = await openIamWorld();
  });
  afterEach(() => world.close());

  describe("managed policies", () => {
    it("have versions, a default, uses, tags and an end", async () => {
      const made = Object(await world.run("CreatePolicy", { PolicyName: "p", PolicyDocument: allowAll })).Policy;
      expect(made).toMatchObject({
        Arn: "arn:aws:iam::123456789012:policy/p",
        PolicyId: expect.stringMatching(/^ANPA/),
        DefaultVersionId: "v1",
        AttachmentCount: 0,
      });
      const PolicyArn = made.Arn;
      await world.run("CreateRole", { RoleName: "r", AssumeRolePolicyDocument: trust, PermissionsBoundary: PolicyArn });
      await world.run("AttachRolePolicy", { RoleName: "r", PolicyArn });
      await world.run("AttachRolePolicy", { RoleName: "r", PolicyArn });
      expect(await world.run("GetPolicy", { PolicyArn })).toMatchObject({
        Policy: { AttachmentCount: 1, PermissionsBoundaryUsageCount: 1 },
      });
      expect(await world.run("ListAttachedRolePolicies", { RoleName: "r" })).toMatchObject({
        AttachedPolicies: [{ PolicyName: "p", PolicyArn }],
      });
      expect(await world.run("ListEntitiesForPolicy", { PolicyArn })).toMatchObject({
        PolicyRoles: [{ RoleName: "r" }],
      });
      const second = allowAll.replace("s3:*", "s3:Get*");
      await world.run("CreatePolicyVersion", { PolicyArn, PolicyDocument: second, SetAsDefault: true });
      const version = Object(await world.run("GetPolicyVersion", { PolicyArn, VersionId: "v2" })).PolicyVersion;
      expect(version.IsDefaultVersion).toBe(true);
      expect(decodeURIComponent(version.Document)).toBe(second);
      expect(Object(await world.run("ListPolicyVersions", { PolicyArn })).Versions).toMatchObject([
        { VersionId: "v2", IsDefaultVersion: true },
        { VersionId: "v1", IsDefaultVersion: false },
      ]);
      expect((await refusal(world.run("DeletePolicyVersion", { PolicyArn, VersionId: "v2" }))).code).toBe(
        "DeleteConflict",
      );
      await world.run("SetDefaultPolicyVersion", { PolicyArn, VersionId: "v1" });
      expect((await refusal(world.run("DeletePolicy", { PolicyArn }))).message).toBe(
        "Cannot delete a policy attached to entities.",
      );
      await world.run("DetachRolePolicy", { RoleName: "r", PolicyArn });
      await world.run("DeleteRolePermissionsBoundary", { RoleName: "r" });
      expect((await refusal(world.run("DeletePolicy", { PolicyArn }))).message).toContain("more than one version");
      await world.run("DeletePolicyVersion", { PolicyArn, VersionId: "v2" });
      await world.run("TagPolicy", { PolicyArn, Tags: [{ Key: "a", Value: "1" }] });
      expect(await world.run("ListPolicyTags", { PolicyArn })).toMatchObject({ Tags: [{ Key: "a", Value: "1" }] });
      await world.run("DeletePolicy", { PolicyArn });
      expect((await refusal(world.run("GetPolicy", { PolicyArn }))).message).toBe(`Policy ${PolicyArn} was not found.`);
      expect(await refusal(world.run("AttachRolePolicy", { RoleName: "r", PolicyArn }))).toEqual({
        code: "NoSuchEntity",
        status: 404,
        message: `Policy ${PolicyArn} does not exist or is not attachable.`,
      });
    });

    it("keep at most five versions, and never use a number again", async () => {
      const { Arn: PolicyArn } = Object(
        await world.run("CreatePolicy", { PolicyName: "p", PolicyDocument: allowAll }),
      ).Policy;
      for (let count = 2; count <= 5; count += 1) {
        await world.run("CreatePolicyVersion", { PolicyArn, PolicyDocument: allowAll });
      }
      expect((await refusal(world.run("CreatePolicyVersion", { PolicyArn, PolicyDocument: allowAll }))).code).toBe(
        "LimitExceeded",
      );
      await world.run("DeletePolicyVersion", { PolicyArn, VersionId: "v5" });
      expect(await world.run("CreatePolicyVersion", { PolicyArn, PolicyDocument: allowAll })).toMatchObject({
        PolicyVersion: { VersionId: "v6" },
      });
    });

    it("are never deleted from under one that attaches them at the same time", async () => {
      for (let round = 0; round < 20; round += 1) {
        const PolicyName = `p${round}`;
        const RoleName = `r${round}`;
        await world.run("CreatePolicy", { PolicyName, PolicyDocument: allowAll });
        await world.run("CreateRole", { RoleName, AssumeRolePolicyDocument: trust });
        const PolicyArn = `arn:aws:iam::123456789012:policy/${PolicyName}`;
        const outcomes = await Promise.allSettled([
          world.run("AttachRolePolicy", { RoleName, PolicyArn }),
          world.run("DeletePolicy", { PolicyArn }),
        ]);
        expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
      }
    });

    it("of AWS are there to be attached and cannot be changed", async () => {
      const PolicyArn = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy";
      expect(await world.run("GetPolicy", { PolicyArn })).toMatchObject({ Policy: { Path: "/service-role/" } });
      const { Document } = Object(await world.run("GetPolicyVersion", { PolicyArn, VersionId: "v1" })).PolicyVersion;
      expect(JSON.parse(decodeURIComponent(Document)).Statement[0].Action).toContain("ecr:GetAuthorizationToken");
      expect((await refusal(world.run("DeletePolicy", { PolicyArn }))).code).toBe("AccessDenied");
      expect(Object(await world.run("ListPolicies", { Scope: "Local" })).Policies).toEqual([]);
      const names = Object(await world.run("ListPolicies", {})).Policies.map(
        (policy: { PolicyName: string }) => policy.PolicyName,
      );
      expect(names).toContain("AdministratorAccess");
      expect(await refusal(world.run("GetPolicy", { PolicyArn: "arn:aws:s3:::x" }))).toMatchObject({
        code: "InvalidInput",
        message: "ARN arn:aws:s3:::x is not valid.",
      });
    });
  });
});
