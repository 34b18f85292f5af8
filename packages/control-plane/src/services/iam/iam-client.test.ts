import {
  AttachRolePolicyCommand,
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  ListPoliciesCommand,
  NoSuchEntityException,
  PutUserPolicyCommand,
  paginateListPolicies,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../../testing/served-control-plane.ts";

const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("IAM by the SDK's client", () => {
  let served: ServedControlPlane;
  let iam: IAMClient;
  beforeAll(async () => {
    served = await serveControlPlane();
    iam = new IAMClient(served.clientSettings);
  });
  afterAll(async () => {
    iam.destroy();
    await served.close();
  });

  it("answers in IAM's shapes and errors", async () => {
    const AssumeRolePolicyDocument = document({ Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "shown", AssumeRolePolicyDocument }));
    expect(Role?.CreateDate).toBeInstanceOf(Date);
    const shown = await iam.send(new GetRoleCommand({ RoleName: "shown" }));
    expect(decodeURIComponent(shown.Role?.AssumeRolePolicyDocument ?? "")).toBe(AssumeRolePolicyDocument);
    await expect(iam.send(new GetRoleCommand({ RoleName: "none" }))).rejects.toBeInstanceOf(NoSuchEntityException);
    const all = await iam.send(new ListPoliciesCommand({}));
    const paged: (string | undefined)[] = [];
    for await (const page of paginateListPolicies({ client: iam, pageSize: 2 }, {})) {
      paged.push(...(page.Policies ?? []).map(({ Arn }) => Arn));
    }
    expect(paged).toEqual(all.Policies?.map(({ Arn }) => Arn));
    expect(paged.length).toBeGreaterThan(5);
  });

  it("lets a user do what its policy says, and no more, and take a role that trusts it", async () => {
    await iam.send(new CreateUserCommand({ UserName: "alice" }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "alice" }));
    const keys = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
    const own = new IAMClient({ ...served.clientSettings, credentials: keys });
    const arn = "arn:aws:iam::123456789012:user/alice";
    await expect(own.send(new ListPoliciesCommand({}))).rejects.toMatchObject({
      name: "AccessDenied",
      message: `User: ${arn} is not authorized to perform: iam:ListPolicies on resource: * because no identity-based policy allows the iam:ListPolicies action`,
    });
    await iam.send(
      new PutUserPolicyCommand({
        UserName: "alice",
        PolicyName: "list",
        PolicyDocument: document({ Effect: "Allow", Action: "iam:List*", Resource: "*" }),
      }),
    );
    expect((await own.send(new ListPoliciesCommand({}))).Policies?.length).toBeGreaterThan(5);
    own.destroy();

    const AssumeRolePolicyDocument = document({ Effect: "Allow", Principal: { AWS: arn }, Action: "sts:AssumeRole" });
    const { Role } = await iam.send(new CreateRoleCommand({ RoleName: "reader", AssumeRolePolicyDocument }));
    const PolicyArn = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
    await iam.send(new AttachRolePolicyCommand({ RoleName: "reader", PolicyArn }));
    const sts = new STSClient({ ...served.clientSettings, credentials: keys });
    const assumed = await sts.send(new AssumeRoleCommand({ RoleArn: Role?.Arn ?? "", RoleSessionName: "session" }));
    const credentials = {
      accessKeyId: assumed.Credentials?.AccessKeyId ?? "",
      secretAccessKey: assumed.Credentials?.SecretAccessKey ?? "",
      sessionToken: assumed.Credentials?.SessionToken ?? "",
    };
    const asRole = new STSClient({ ...served.clientSettings, credentials });
    expect((await asRole.send(new GetCallerIdentityCommand({}))).Arn).toBe(
      "arn:aws:sts::123456789012:assumed-role/reader/session",
    );
    const iamAsRole = new IAMClient({ ...served.clientSettings, credentials });
    expect((await iamAsRole.send(new GetRoleCommand({ RoleName: "reader" }))).Role?.RoleName).toBe("reader");
    await expect(iamAsRole.send(new CreateUserCommand({ UserName: "bob" }))).rejects.toMatchObject({
      name: "AccessDenied",
    });
    for (const client of [sts, asRole, iamAsRole]) client.destroy();
  });
});
