import {
  AddClientIDToOpenIDConnectProviderCommand,
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  CreateServiceLinkedRoleCommand,
  DeleteInstanceProfileCommand,
  DeleteOpenIDConnectProviderCommand,
  DeleteRoleCommand,
  DeleteServiceLinkedRoleCommand,
  GetInstanceProfileCommand,
  GetOpenIDConnectProviderCommand,
  GetServiceLinkedRoleDeletionStatusCommand,
  IAMClient,
  ListInstanceProfilesCommand,
  ListInstanceProfilesForRoleCommand,
  ListInstanceProfileTagsCommand,
  ListOpenIDConnectProvidersCommand,
  ListOpenIDConnectProviderTagsCommand,
  RemoveClientIDFromOpenIDConnectProviderCommand,
  RemoveRoleFromInstanceProfileCommand,
  TagInstanceProfileCommand,
  TagOpenIDConnectProviderCommand,
  UntagInstanceProfileCommand,
  UntagOpenIDConnectProviderCommand,
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
});
