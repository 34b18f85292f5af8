import {
  AddClientIDToOpenIDConnectProviderCommand,
  AddRoleToInstanceProfileCommand,
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  CreateUserCommand,
  DeleteAccountAliasCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteInstanceProfileCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  DeleteUserCommand,
  DetachGroupPolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListAttachedGroupPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  RemoveRoleFromInstanceProfileCommand,
  RemoveUserFromGroupCommand,
  TagInstanceProfileCommand,
  TagOpenIDConnectProviderCommand,
  UntagInstanceProfileCommand,
  UntagOpenIDConnectProviderCommand,
  UpdateGroupCommand,
  UpdateOpenIDConnectProviderThumbprintCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

const account = "123456789012";
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const trust = document({ Effect: "Allow", Principal: { AWS: account }, Action: "sts:AssumeRole" });
const thumbprint = "9e99a48a9960b14926bb7f3b02e22da2b0ab7280";

describe("IAM in breadth by the SDK's client", () => {
  let served: ServedControlPlane;
  let iam: IAMClient;
  beforeAll(async () => {
    served = await serveControlPlane();
    iam = new IAMClient({ ...served.clientSettings, maxAttempts: 1 });
  });
  afterAll(async () => {
    iam.destroy();
    await served.close();
  });
  const refused = async (sending: Promise<unknown>, name: string, message: string | RegExp): Promise<void> => {
    await expect(sending).rejects.toMatchObject({ name, message: expect.stringMatching(message) });
  };

  it("gives users what their groups may do, and no longer than they are in them", async () => {
    const { Group } = await iam.send(new CreateGroupCommand({ GroupName: "readers", Path: "/team/" }));
    expect(Group).toMatchObject({
      Arn: `arn:aws:iam::${account}:group/team/readers`,
      GroupId: expect.stringMatching(/^AGPA[A-Z2-7]{17}$/),
    });
    await refused(
      iam.send(new CreateGroupCommand({ GroupName: "Readers" })),
      "EntityAlreadyExistsException",
      "Group with name Readers already exists.",
    );
    await iam.send(new CreateUserCommand({ UserName: "gina" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "gina" }));
    const gina = new IAMClient({
      ...served.clientSettings,
      maxAttempts: 1,
      credentials: { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" },
    });
    await refused(gina.send(new ListUsersCommand({})), "AccessDenied", "no identity-based policy allows");
    await iam.send(new AddUserToGroupCommand({ GroupName: "readers", UserName: "gina" }));
    const PolicyArn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    await iam.send(new AttachGroupPolicyCommand({ GroupName: "readers", PolicyArn }));
    expect((await gina.send(new ListUsersCommand({}))).Users?.length).toBe(1);
    const PolicyDocument = document({ Effect: "Deny", Action: "iam:ListUsers", Resource: "*" });
    await iam.send(new PutGroupPolicyCommand({ GroupName: "readers", PolicyName: "no", PolicyDocument }));
    await refused(
      gina.send(new ListUsersCommand({})),
      "AccessDenied",
      "with an explicit deny in an identity-based policy",
    );
    await iam.send(new DeleteGroupPolicyCommand({ GroupName: "readers", PolicyName: "no" }));
    const entities = await iam.send(new ListEntitiesForPolicyCommand({ PolicyArn }));
    expect(entities.PolicyGroups).toEqual([{ GroupName: "readers", GroupId: Group?.GroupId }]);

    await refused(
      iam.send(new DeleteUserCommand({ UserName: "gina" })),
      "DeleteConflictException",
      "Cannot delete entity, must",
    );
    await refused(
      iam.send(new DeleteGroupCommand({ GroupName: "readers" })),
      "DeleteConflictException",
      "must remove users from group first",
    );
    await iam.send(new UpdateGroupCommand({ GroupName: "readers", NewGroupName: "watchers" }));
    expect((await iam.send(new ListGroupsForUserCommand({ UserName: "gina" }))).Groups?.[0]?.GroupName).toBe(
      "watchers",
    );
    expect((await gina.send(new ListUsersCommand({}))).Users?.length).toBe(1);
    await iam.send(new RemoveUserFromGroupCommand({ GroupName: "watchers", UserName: "gina" }));
    await refused(gina.send(new ListUsersCommand({})), "AccessDenied", "no identity-based policy allows");
    gina.destroy();
    await refused(
      iam.send(new RemoveUserFromGroupCommand({ GroupName: "watchers", UserName: "gina" })),
      "NoSuchEntityException",
      "is not in the group",
    );
    await refused(
      iam.send(new DeleteGroupCommand({ GroupName: "watchers" })),
      "DeleteConflictException",
      "must detach all policies first",
    );
    await iam.send(new DetachGroupPolicyCommand({ GroupName: "watchers", PolicyArn }));
    await iam.send(new DeleteGroupCommand({ GroupName: "watchers" }));
    await refused(
      iam.send(new GetGroupCommand({ GroupName: "watchers" })),
      "NoSuchEntityException",
      "The group with name watchers cannot be found.",
    );
  });

  it("lists groups, their members and their policies", async () => {
    for (const GroupName of ["a", "b"]) await iam.send(new CreateGroupCommand({ GroupName }));
    await iam.send(new CreateUserCommand({ UserName: "member" }));
    await iam.send(new AddUserToGroupCommand({ GroupName: "a", UserName: "member" }));
    const PolicyDocument = document({ Effect: "Allow", Action: "ecs:*", Resource: "*" });
    await iam.send(new PutGroupPolicyCommand({ GroupName: "a", PolicyName: "inline", PolicyDocument }));
    expect((await iam.send(new ListGroupsCommand({}))).Groups?.map(({ GroupName }) => GroupName)).toEqual(["a", "b"]);
    const shown = await iam.send(new GetGroupCommand({ GroupName: "a" }));
    expect(shown.Users?.map(({ UserName }) => UserName)).toEqual(["member"]);
    expect((await iam.send(new ListGroupPoliciesCommand({ GroupName: "a" }))).PolicyNames).toEqual(["inline"]);
    const got = await iam.send(new GetGroupPolicyCommand({ GroupName: "a", PolicyName: "inline" }));
    expect(got.GroupName).toBe("a");
    expect(decodeURIComponent(got.PolicyDocument ?? "")).toBe(PolicyDocument);
    expect((await iam.send(new ListAttachedGroupPoliciesCommand({ GroupName: "b" }))).AttachedPolicies).toEqual([]);
    await refused(
      iam.send(new GetGroupPolicyCommand({ GroupName: "a", PolicyName: "none" })),
      "NoSuchEntityException",
      "The group policy with name none cannot be found.",
    );
  });

  it("keeps instance profiles with their one role", async () => {
    await iam.send(new CreateRoleCommand({ RoleName: "node", AssumeRolePolicyDocument: trust }));
    const InstanceProfileName = "nodes";
    const { InstanceProfile } = await iam.send(
      new CreateInstanceProfileCommand({ InstanceProfileName, Tags: [{ Key: "a", Value: "1" }] }),
    );
    expect(InstanceProfile?.InstanceProfileId).toMatch(/^AIPA/);
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: "node" }));
    await refused(
      iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName: "node" })),
      "LimitExceededException",
      "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1",
    );
    const shown = await iam.send(new GetInstanceProfileCommand({ InstanceProfileName }));
    expect(shown.InstanceProfile?.Roles?.[0]?.RoleName).toBe("node");
    expect(
      (await iam.send(new ListInstanceProfilesForRoleCommand({ RoleName: "node" }))).InstanceProfiles,
    ).toHaveLength(1);
    expect((await iam.send(new ListInstanceProfilesCommand({}))).InstanceProfiles).toHaveLength(1);
    await iam.send(new TagInstanceProfileCommand({ InstanceProfileName, Tags: [{ Key: "b", Value: "2" }] }));
    await iam.send(new UntagInstanceProfileCommand({ InstanceProfileName, TagKeys: ["a"] }));
    const tags = await iam.send(new ListInstanceProfileTagsCommand({ InstanceProfileName }));
    expect(tags.Tags).toEqual([{ Key: "b", Value: "2" }]);
    await refused(
      iam.send(new DeleteRoleCommand({ RoleName: "node" })),
      "DeleteConflictException",
      "must remove roles from instance profile first",
    );
    await refused(
      iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName })),
      "DeleteConflictException",
      "must remove roles from instance profile first",
    );
    await iam.send(new RemoveRoleFromInstanceProfileCommand({ InstanceProfileName, RoleName: "node" }));
    await iam.send(new DeleteInstanceProfileCommand({ InstanceProfileName }));
    await refused(
      iam.send(new GetInstanceProfileCommand({ InstanceProfileName })),
      "NoSuchEntityException",
      "Instance Profile nodes cannot be found.",
    );
    await iam.send(new DeleteRoleCommand({ RoleName: "node" }));
  });

  it("keeps OpenID Connect providers", async () => {
    const Url = "https://token.actions.example.com";
    const { OpenIDConnectProviderArn } = await iam.send(
      new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ["one"], ThumbprintList: [thumbprint] }),
    );
    expect(OpenIDConnectProviderArn).toBe(`arn:aws:iam::${account}:oidc-provider/token.actions.example.com`);
    const arn = { OpenIDConnectProviderArn };
    await refused(
      iam.send(new CreateOpenIDConnectProviderCommand({ Url })),
      "EntityAlreadyExistsException",
      "Provider with url https://token.actions.example.com already exists.",
    );
    await iam.send(new AddClientIDToOpenIDConnectProviderCommand({ ...arn, ClientID: "two" }));
    await iam.send(new RemoveClientIDFromOpenIDConnectProviderCommand({ ...arn, ClientID: "one" }));
    const other = thumbprint.replace("9e", "00");
    await iam.send(new UpdateOpenIDConnectProviderThumbprintCommand({ ...arn, ThumbprintList: [other] }));
    await iam.send(new TagOpenIDConnectProviderCommand({ ...arn, Tags: [{ Key: "a", Value: "1" }] }));
    expect(await iam.send(new GetOpenIDConnectProviderCommand(arn))).toMatchObject({
      Url: "token.actions.example.com",
      ClientIDList: ["two"],
      ThumbprintList: [other],
      Tags: [{ Key: "a", Value: "1" }],
    });
    expect((await iam.send(new ListOpenIDConnectProvidersCommand({}))).OpenIDConnectProviderList).toEqual([
      { Arn: OpenIDConnectProviderArn },
    ]);
    await iam.send(new UntagOpenIDConnectProviderCommand({ ...arn, TagKeys: ["a"] }));
    expect((await iam.send(new ListOpenIDConnectProviderTagsCommand(arn))).Tags).toEqual([]);
    await refused(
      iam.send(new CreateOpenIDConnectProviderCommand({ Url: "http://token.example.com" })),
      "ValidationError",
      "Invalid Open ID Connect Provider URL",
    );
    await refused(
      iam.send(new UpdateOpenIDConnectProviderThumbprintCommand({ ...arn, ThumbprintList: ["abc"] })),
      "ValidationError",
      "Member must have length equal to 40",
    );
    await iam.send(new DeleteOpenIDConnectProviderCommand(arn));
    await refused(
      iam.send(new GetOpenIDConnectProviderCommand(arn)),
      "NoSuchEntityException",
      `OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`,
    );
  });

  it("makes service-linked roles that nobody changes", async () => {
    const { Role } = await iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ecs.amazonaws.com" }));
    expect(Role?.Arn).toBe(`arn:aws:iam::${account}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS`);
    const RoleName = "AWSServiceRoleForECS";
    await refused(
      iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "ecs.amazonaws.com" })),
      "InvalidInputException",
      "Service role name AWSServiceRoleForECS has been taken in this account, please try a different suffix.",
    );
    await refused(
      iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: "arn:aws:iam::aws:policy/ReadOnlyAccess" })),
      "UnmodifiableEntityException",
      "Cannot perform the operation on the protected role 'AWSServiceRoleForECS' - this role is only modifiable by AWS",
    );
    await refused(iam.send(new DeleteRoleCommand({ RoleName })), "UnmodifiableEntityException", "protected role");
    await refused(
      iam.send(new CreateServiceLinkedRoleCommand({ AWSServiceName: "none.amazonaws.com" })),
      "InvalidInputException",
      "none.amazonaws.com",
    );
    const { DeletionTaskId } = await iam.send(new DeleteServiceLinkedRoleCommand({ RoleName }));
    expect(await iam.send(new GetServiceLinkedRoleDeletionStatusCommand({ DeletionTaskId }))).toMatchObject({
      Status: "SUCCEEDED",
    });
  });

  it("has an alias, a summary and all details of the account", async () => {
    await iam.send(new CreateAccountAliasCommand({ AccountAlias: "fleetless-test" }));
    expect((await iam.send(new ListAccountAliasesCommand({}))).AccountAliases).toEqual(["fleetless-test"]);
    await refused(
      iam.send(new CreateAccountAliasCommand({ AccountAlias: "Not-Valid" })),
      "ValidationError",
      "at 'accountAlias'",
    );
    await iam.send(new DeleteAccountAliasCommand({ AccountAlias: "fleetless-test" }));
    await refused(
      iam.send(new DeleteAccountAliasCommand({ AccountAlias: "fleetless-test" })),
      "NoSuchEntityException",
      "The account alias fleetless-test cannot be found.",
    );
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: "own",
        PolicyDocument: document({ Effect: "Allow", Action: "ecs:*", Resource: "*" }),
      }),
    );
    const { SummaryMap } = await iam.send(new GetAccountSummaryCommand({}));
    expect(SummaryMap).toMatchObject({ Policies: 1, VersionsPerPolicyQuota: 5, GroupsPerUserQuota: 10 });
    const users = await iam.send(new ListUsersCommand({}));
    expect(SummaryMap?.Users).toBe(users.Users?.length);
    const details = await iam.send(new GetAccountAuthorizationDetailsCommand({}));
    expect(details.UserDetailList?.find(({ UserName }) => UserName === "member")?.GroupList).toEqual(["a"]);
    expect(details.Policies?.find(({ PolicyName }) => PolicyName === "own")?.PolicyVersionList).toHaveLength(1);
    const onlyGroups = await iam.send(new GetAccountAuthorizationDetailsCommand({ Filter: ["Group"], MaxItems: 1 }));
    expect(onlyGroups.UserDetailList).toEqual([]);
    expect(onlyGroups).toMatchObject({ IsTruncated: true, GroupDetailList: [{ GroupName: "a" }] });
  });
});
