import {
  AddUserToGroupCommand,
  AttachGroupPolicyCommand,
  CreateAccessKeyCommand,
  CreateAccountAliasCommand,
  CreateGroupCommand,
  CreatePolicyCommand,
  CreateUserCommand,
  DeleteAccountAliasCommand,
  DeleteGroupCommand,
  DeleteGroupPolicyCommand,
  DeleteUserCommand,
  DetachGroupPolicyCommand,
  GetAccountAuthorizationDetailsCommand,
  GetAccountSummaryCommand,
  GetGroupCommand,
  GetGroupPolicyCommand,
  IAMClient,
  ListAccountAliasesCommand,
  ListAttachedGroupPoliciesCommand,
  ListEntitiesForPolicyCommand,
  ListGroupPoliciesCommand,
  ListGroupsCommand,
  ListGroupsForUserCommand,
  ListUsersCommand,
  PutGroupPolicyCommand,
  RemoveUserFromGroupCommand,
  UpdateGroupCommand,
} from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

const account = "123456789012";
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("IAM's groups and account by the SDK's client", () => {
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
