import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from "@aws-sdk/client-ec2";
import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import {
  AssumeRoleCommand,
  type Credentials,
  DecodeAuthorizationMessageCommand,
  GetAccessKeyInfoCommand,
  GetCallerIdentityCommand,
  GetFederationTokenCommand,
  GetSessionTokenCommand,
  STSClient,
} from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

const account = "123456789012";
const arnOf = (role: string): string => `arn:aws:iam::${account}:role/${role}`;
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });
const allow = (Action: string | readonly string[], more: object = {}) => ({
  Effect: "Allow",
  Action,
  Resource: "*",
  ...more,
});

describe("sessions of sts", () => {
  let served: ServedControlPlane;
  let root: IAMClient;
  let alice: { accessKeyId: string; secretAccessKey: string };
  const clients: { destroy(): void }[] = [];
  const keysOf = (credentials: Credentials | undefined) => ({
    accessKeyId: credentials?.AccessKeyId ?? "",
    secretAccessKey: credentials?.SecretAccessKey ?? "",
    sessionToken: credentials?.SessionToken ?? "",
  });
  const kept = <Client extends { destroy(): void }>(client: Client): Client => {
    clients.push(client);
    return client;
  };
  const sts = (credentials: object) =>
    kept(
      new STSClient({
        ...served.clientSettings,
        maxAttempts: 1,
        ...{ credentials: { ...served.clientSettings.credentials, ...credentials } },
      }),
    );
  const iam = (credentials: object) =>
    kept(
      new IAMClient({
        ...served.clientSettings,
        maxAttempts: 1,
        credentials: { ...served.clientSettings.credentials, ...credentials },
      }),
    );

  beforeAll(async () => {
    served = await serveControlPlane();
    root = iam({});
    await root.send(new CreateUserCommand({ UserName: "alice" }));
    await root.send(
      new PutUserPolicyCommand({
        UserName: "alice",
        PolicyName: "p",
        PolicyDocument: document(allow(["sts:*", "iam:ListUsers", "ec2:DescribeVpcs"])),
      }),
    );
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: "alice" }));
    alice = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
    const trusting = (Action: readonly string[]) => document({ Effect: "Allow", Principal: { AWS: account }, Action });
    const tagged = trusting(["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]);
    for (const RoleName of ["first", "second"]) {
      await root.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: tagged, MaxSessionDuration: 7200 }));
      const onlyBlue = { Condition: { StringEquals: { "aws:PrincipalTag/team": "blue" } } };
      const PolicyDocument = document(allow("sts:*"), allow("iam:ListUsers", onlyBlue));
      await root.send(new PutRolePolicyCommand({ RoleName, PolicyName: "p", PolicyDocument }));
    }
    await root.send(
      new CreateRoleCommand({ RoleName: "plain", AssumeRolePolicyDocument: trusting(["sts:AssumeRole"]) }),
    );
  });
  afterAll(async () => {
    for (const client of clients) client.destroy();
    await served.close();
  });
  const assume = (credentials: object, role: string, more: object = {}) =>
    sts(credentials).send(new AssumeRoleCommand({ RoleArn: arnOf(role), RoleSessionName: "session", ...more }));

  it("tags sessions, and carries transitive tags and the source identity through a chain", async () => {
    const first = await assume(alice, "first", {
      Tags: [
        { Key: "team", Value: "blue" },
        { Key: "stage", Value: "test" },
      ],
      TransitiveTagKeys: ["team"],
      SourceIdentity: "alice",
    });
    expect(first.SourceIdentity).toBe("alice");
    const one = keysOf(first.Credentials);
    expect((await iam(one).send(new ListUsersCommand({}))).Users).toHaveLength(1);
    const second = await assume(one, "second");
    expect(second.SourceIdentity).toBe("alice");
    expect((await iam(keysOf(second.Credentials)).send(new ListUsersCommand({}))).Users).toHaveLength(1);
    await expect(assume(one, "second", { Tags: [{ Key: "Team", Value: "red" }] })).rejects.toMatchObject({
      name: "InvalidParameterValue",
      message: expect.stringContaining("conflicts with a transitive tag key from the calling session"),
    });
    await expect(assume(one, "second", { DurationSeconds: 3601 })).rejects.toMatchObject({
      message: "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining",
    });
    const untagged = await assume(alice, "first");
    await expect(iam(keysOf(untagged.Credentials)).send(new ListUsersCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });

  it("refuses tags that the role's trust policy does not allow, and tags that are none", async () => {
    await expect(assume(alice, "plain", { Tags: [{ Key: "a", Value: "b" }] })).rejects.toMatchObject({
      name: "AccessDenied",
      message: expect.stringContaining("sts:TagSession on resource: arn:aws:iam::123456789012:role/plain"),
    });
    await expect(assume(alice, "plain", { SourceIdentity: "alice" })).rejects.toMatchObject({
      message: expect.stringContaining("sts:SetSourceIdentity"),
    });
    await expect(assume(alice, "first", { TransitiveTagKeys: ["missing"] })).rejects.toMatchObject({
      message: "The specified transitive tag key must be included in the requested tags.",
    });
    const twice = [
      { Key: "a", Value: "1" },
      { Key: "A", Value: "2" },
    ];
    await expect(assume(alice, "first", { Tags: twice })).rejects.toMatchObject({
      message: expect.stringContaining("Duplicate tag keys found."),
    });
  });

  it("makes federated users that may do what user and policy allow", async () => {
    const federate = (Policy?: string) =>
      sts(alice).send(new GetFederationTokenCommand({ Name: "bob", ...(Policy === undefined ? {} : { Policy }) }));
    const made = await federate(document(allow(["iam:ListUsers", "iam:CreateUser"])));
    expect(made.FederatedUser).toEqual({
      FederatedUserId: `${account}:bob`,
      Arn: `arn:aws:sts::${account}:federated-user/bob`,
    });
    const bob = keysOf(made.Credentials);
    expect((await sts(bob).send(new GetCallerIdentityCommand({}))).Arn).toBe(made.FederatedUser?.Arn);
    expect((await iam(bob).send(new ListUsersCommand({}))).Users).toHaveLength(1);
    await expect(iam(bob).send(new CreateUserCommand({ UserName: "x" }))).rejects.toMatchObject({
      message: expect.stringContaining("no identity-based policy allows the iam:CreateUser action"),
    });
    await expect(iam(keysOf((await federate()).Credentials)).send(new ListUsersCommand({}))).rejects.toMatchObject({
      message: expect.stringContaining("no session policy allows the iam:ListUsers action"),
    });
    const session = await sts(alice).send(new GetSessionTokenCommand({}));
    await expect(
      sts(keysOf(session.Credentials)).send(new GetFederationTokenCommand({ Name: "bob" })),
    ).rejects.toMatchObject({
      name: "AccessDenied",
      message: "Cannot call GetFederationToken with session credentials",
    });
    await expect(sts(alice).send(new GetFederationTokenCommand({ Name: "b" }))).rejects.toMatchObject({
      name: "ValidationError",
    });
  });

  it("tells whose a key is", async () => {
    const asked = (AccessKeyId: string) => sts(alice).send(new GetAccessKeyInfoCommand({ AccessKeyId }));
    expect((await asked(alice.accessKeyId)).Account).toBe(account);
    await expect(asked("AKIAAAAAAAAAAAAAAAAA")).rejects.toMatchObject({ name: "ValidationError" });
  });

  it("decodes what a denial of EC2 says", async () => {
    const ec2 = kept(new EC2Client({ ...served.clientSettings, maxAttempts: 1, credentials: alice }));
    await ec2.send(new DescribeVpcsCommand({}));
    const subnets = await ec2.send(new DescribeSubnetsCommand({})).then(
      () => "",
      (thrown: Error) => thrown.message,
    );
    const [, message = ""] = subnets.split("Encoded authorization failure message: ");
    const { DecodedMessage = "" } = await sts(alice).send(
      new DecodeAuthorizationMessageCommand({ EncodedMessage: message }),
    );
    expect(JSON.parse(DecodedMessage)).toMatchObject({
      allowed: false,
      explicitDeny: false,
      context: { action: "ec2:DescribeSubnets", principal: { arn: `arn:aws:iam::${account}:user/alice` } },
    });
    const tampered = `${message.slice(0, -4)}AAAA`;
    await expect(
      sts(alice).send(new DecodeAuthorizationMessageCommand({ EncodedMessage: tampered })),
    ).rejects.toMatchObject({ name: "InvalidAuthorizationMessageException" });
    await expect(
      iam(keysOf((await assume(alice, "plain")).Credentials)).send(new ListUsersCommand({})),
    ).rejects.not.toMatchObject({ message: expect.stringContaining("Encoded authorization failure message") });
  });
});
