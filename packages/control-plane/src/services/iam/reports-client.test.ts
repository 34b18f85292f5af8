import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GenerateCredentialReportCommand,
  GenerateServiceLastAccessedDetailsCommand,
  GetAccessKeyLastUsedCommand,
  GetContextKeysForCustomPolicyCommand,
  GetContextKeysForPrincipalPolicyCommand,
  GetCredentialReportCommand,
  GetServiceLastAccessedDetailsCommand,
  GetServiceLastAccessedDetailsWithEntitiesCommand,
  IAMClient,
  ListPoliciesGrantingServiceAccessCommand,
  ListUsersCommand,
  PutUserPermissionsBoundaryCommand,
  PutUserPolicyCommand,
  SimulateCustomPolicyCommand,
  SimulatePrincipalPolicyCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

const account = "123456789012";
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});

describe("what IAM tells of credentials and policies", () => {
  let served: ServedControlPlane;
  let iam: IAMClient;
  let keyId = "";
  const arn = `arn:aws:iam::${account}:user/alice`;
  beforeAll(async () => {
    served = await serveControlPlane();
    iam = new IAMClient({ ...served.clientSettings, maxAttempts: 1 });
    await iam.send(new CreateUserCommand({ UserName: "alice", Tags: [{ Key: "team", Value: "blue" }] }));
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "alice",
        PolicyName: "own",
        PolicyDocument: document(allow(["iam:*", "ecs:RunTask"])),
      }),
    );
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "alice" }));
    keyId = AccessKey?.AccessKeyId ?? "";
    const alice = new IAMClient({
      ...served.clientSettings,
      credentials: { accessKeyId: keyId, secretAccessKey: AccessKey?.SecretAccessKey ?? "" },
    });
    expect(await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }))).toMatchObject({
      AccessKeyLastUsed: { ServiceName: "N/A", Region: "N/A" },
    });
    await alice.send(new ListUsersCommand({}));
    alice.destroy();
    await vi.waitFor(async () => {
      const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
      expect(AccessKeyLastUsed?.ServiceName).toBe("iam");
    }, 5_000);
  });
  afterAll(async () => {
    iam.destroy();
    await served.close();
  });

  it("tells when an access key was last used", async () => {
    const used = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: keyId }));
    expect(used).toMatchObject({ UserName: "alice", AccessKeyLastUsed: { ServiceName: "iam", Region: "us-east-1" } });
    expect(Date.now() - (used.AccessKeyLastUsed?.LastUsedDate?.getTime() ?? 0)).toBeLessThan(60_000);
    await expect(
      iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId: "AKIAAAAAAAAAAAAAAAAA" })),
    ).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
  });

  it("reports on credentials as CSV", async () => {
    await expect(iam.send(new GetCredentialReportCommand({}))).rejects.toMatchObject({
      name: "CredentialReportNotPresentException",
    });
    expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe("STARTED");
    expect((await iam.send(new GenerateCredentialReportCommand({}))).State).toBe("COMPLETE");
    const { Content } = await iam.send(new GetCredentialReportCommand({}));
    const [header = "", root = "", alice = ""] = Buffer.from(Content ?? [])
      .toString("utf8")
      .split("\n");
    expect(header.split(",")).toHaveLength(22);
    expect(root).toMatch(/^<root_account>,arn:aws:iam::123456789012:root,/);
    expect(alice.split(",")).toHaveLength(22);
    expect(alice).toContain("alice,arn:aws:iam::123456789012:user/alice,");
    expect(alice.split(",").slice(8, 13)).toEqual(["true", expect.any(String), expect.any(String), "us-east-1", "iam"]);
  });

  it("tells when the services that an entity may use were last used", async () => {
    const { JobId } = await iam.send(
      new GenerateServiceLastAccessedDetailsCommand({ Arn: arn, Granularity: "ACTION_LEVEL" }),
    );
    const told = await iam.send(new GetServiceLastAccessedDetailsCommand({ JobId }));
    expect(told.JobStatus).toBe("COMPLETED");
    expect(told.ServicesLastAccessed?.map(({ ServiceNamespace }) => ServiceNamespace)).toEqual(["ecs", "iam"]);
    const [ecs, used] = told.ServicesLastAccessed ?? [];
    expect(ecs).toMatchObject({ TotalAuthenticatedEntities: 0 });
    expect(ecs?.LastAuthenticated).toBeUndefined();
    expect(used).toMatchObject({
      ServiceName: "AWS Identity and Access Management",
      LastAuthenticatedEntity: arn,
      TotalAuthenticatedEntities: 1,
      TrackedActionsLastAccessed: [{ ActionName: "ListUsers", LastAccessedEntity: arn }],
    });
    const entities = await iam.send(
      new GetServiceLastAccessedDetailsWithEntitiesCommand({ JobId, ServiceNamespace: "iam" }),
    );
    expect(entities.EntityDetailsList?.[0]?.EntityInfo).toMatchObject({ Arn: arn, Type: "USER", Name: "alice" });
    await expect(iam.send(new GenerateServiceLastAccessedDetailsCommand({ Arn: `${arn}2` }))).rejects.toMatchObject({
      name: "NoSuchEntityException",
    });
    const granting = await iam.send(
      new ListPoliciesGrantingServiceAccessCommand({ Arn: arn, ServiceNamespaces: ["iam", "s3"] }),
    );
    expect(granting.PoliciesGrantingServiceAccess).toEqual([
      {
        ServiceNamespace: "iam",
        Policies: [{ PolicyName: "own", PolicyType: "INLINE", EntityName: "alice", EntityType: "USER" }],
      },
      { ServiceNamespace: "s3", Policies: [] },
    ]);
  });

  it("simulates policies given, with what decided and what was missing", async () => {
    const { EvaluationResults = [] } = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [
          document(allow("ecs:*", { Condition: { StringEquals: { "ecs:cluster": "c" } } }), {
            ...allow("ecs:StopTask"),
            Effect: "Deny",
          }),
        ],
        ActionNames: ["ecs:RunTask", "ecs:StopTask", "s3:GetObject"],
        ContextEntries: [{ ContextKeyName: "ecs:cluster", ContextKeyType: "string", ContextKeyValues: ["c"] }],
      }),
    );
    expect(EvaluationResults.map(({ EvalDecision }) => EvalDecision)).toEqual([
      "allowed",
      "explicitDeny",
      "implicitDeny",
    ]);
    expect(EvaluationResults[0]?.MatchedStatements).toEqual([
      { SourcePolicyId: "PolicyInputList.1", SourcePolicyType: "none" },
    ]);
    const without = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [document(allow("ecs:*", { Condition: { StringEquals: { "ecs:cluster": "c" } } }))],
        ActionNames: ["ecs:RunTask"],
      }),
    );
    expect(without.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: "implicitDeny",
      MissingContextValues: ["ecs:cluster"],
    });
    const byOrganization = await iam.send(
      new SimulateCustomPolicyCommand({
        PolicyInputList: [document(allow("*"))],
        OrderedOrganizationPolicyInputList: [{ ServiceControlPolicyInputList: [document(allow("logs:*"))] }],
        ActionNames: ["ecs:RunTask"],
      }),
    );
    expect(byOrganization.EvaluationResults?.[0]).toMatchObject({
      EvalDecision: "implicitDeny",
      OrganizationsDecisionDetail: { AllowedByOrganizations: false },
    });
    await expect(
      iam.send(new SimulateCustomPolicyCommand({ PolicyInputList: ["{}"], ActionNames: ["ecs:RunTask"] })),
    ).rejects.toMatchObject({ name: "MalformedPolicyDocumentException" });
  });

  it("simulates an entity's policies within its boundary", async () => {
    await iam.send(new CreatePolicyCommand({ PolicyName: "bound", PolicyDocument: document(allow("ecs:*")) }));
    await iam.send(
      new PutUserPermissionsBoundaryCommand({
        UserName: "alice",
        PermissionsBoundary: `arn:aws:iam::${account}:policy/bound`,
      }),
    );
    const { EvaluationResults = [] } = await iam.send(
      new SimulatePrincipalPolicyCommand({ PolicySourceArn: arn, ActionNames: ["ecs:RunTask", "iam:ListUsers"] }),
    );
    expect(EvaluationResults[0]).toMatchObject({
      EvalDecision: "allowed",
      MatchedStatements: expect.arrayContaining([{ SourcePolicyId: "own", SourcePolicyType: "user" }]),
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: true },
    });
    expect(EvaluationResults[1]).toMatchObject({
      EvalDecision: "implicitDeny",
      PermissionsBoundaryDecisionDetail: { AllowedByPermissionsBoundary: false },
    });
    const AssumeRolePolicyDocument = document({
      Effect: "Allow",
      Principal: { AWS: account },
      Action: "sts:AssumeRole",
    });
    await iam.send(new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument }));
    await iam.send(
      new AttachRolePolicyCommand({
        RoleName: "reader",
        PolicyArn: "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess",
      }),
    );
    const role = await iam.send(
      new SimulatePrincipalPolicyCommand({
        PolicySourceArn: `arn:aws:iam::${account}:role/reader`,
        ActionNames: ["logs:PutLogEvents"],
      }),
    );
    expect(role.EvaluationResults?.[0]?.MatchedStatements).toEqual([
      { SourcePolicyId: "arn:aws:iam::aws:policy/CloudWatchLogsFullAccess", SourcePolicyType: "aws-managed" },
    ]);
  });

  it("names the condition keys that policies ask for", async () => {
    const variable = `\${aws:PrincipalTag/team, 'none'}`;
    const asked = document(
      allow("*", { Resource: `arn:aws:s3:::${variable}`, Condition: { Bool: { "aws:SecureTransport": true } } }),
    );
    expect(
      (await iam.send(new GetContextKeysForCustomPolicyCommand({ PolicyInputList: [asked] }))).ContextKeyNames,
    ).toEqual(["aws:PrincipalTag/team", "aws:SecureTransport"]);
    const ofAlice = await iam.send(new GetContextKeysForPrincipalPolicyCommand({ PolicySourceArn: arn }));
    expect(ofAlice.ContextKeyNames).toEqual([]);
  });
});
