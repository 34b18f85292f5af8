import {
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  GetRoleCommand,
  IAMClient,
  ListUsersCommand,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ServedControlPlane, serveControlPlane } from "../testing/served-control-plane.ts";
import { policyOf } from "./policy-statements.ts";

const account = "123456789012";
const roleArn = `arn:aws:iam::${account}:role/app`;
const document = (...statements: readonly object[]): string =>
  JSON.stringify({ Version: "2012-10-17", Statement: statements });

describe("advice on permissions", () => {
  let served: ServedControlPlane;
  let root: IAMClient;
  let asAlice: IAMClient;
  let asRole: IAMClient;
  const put = (...statements: readonly object[]) =>
    root.send(new PutRolePolicyCommand({ RoleName: "app", PolicyName: "p", PolicyDocument: document(...statements) }));
  /** The id of a request that was refused. */
  const deniedId = async (sending: Promise<unknown>): Promise<string> => {
    const thrown: unknown = await sending.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (typeof thrown !== "object" || thrown === null || !("$metadata" in thrown))
      throw new Error("It was not refused");
    return Object(thrown.$metadata).requestId;
  };
  beforeAll(async () => {
    served = await serveControlPlane();
    root = new IAMClient(served.clientSettings);
    await root.send(new CreateUserCommand({ UserName: "alice" }));
    const { AccessKey } = await root.send(new CreateAccessKeyCommand({ UserName: "alice" }));
    const alice = { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
    asAlice = new IAMClient({ ...served.clientSettings, credentials: alice });
    const AssumeRolePolicyDocument = document({
      Effect: "Allow",
      Principal: { AWS: account },
      Action: "sts:AssumeRole",
    });
    await root.send(new CreateRoleCommand({ RoleName: "app", AssumeRolePolicyDocument }));
    await put({ Sid: "Users", Effect: "Allow", Action: "iam:*", Resource: "*" });
    const sts = new STSClient(served.clientSettings);
    const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "one" }));
    sts.destroy();
    asRole = new IAMClient({
      ...served.clientSettings,
      credentials: {
        accessKeyId: Credentials?.AccessKeyId ?? "",
        secretAccessKey: Credentials?.SecretAccessKey ?? "",
        sessionToken: Credentials?.SessionToken ?? "",
      },
    });
  });
  afterAll(async () => {
    for (const client of [root, asAlice, asRole]) client.destroy();
    await served.close();
  });

  it("gives the smallest policy that would have allowed a call, and it does", async () => {
    const id = await deniedId(asAlice.send(new GetRoleCommand({ RoleName: "app" })));
    const explanation = await served.controlPlane.explainCall(id);
    expect(explanation).toMatchObject({
      service: "iam",
      operation: "GetRole",
      caller: `arn:aws:iam::${account}:user/alice`,
      checks: [
        { action: "iam:GetRole", resource: roleArn, outcome: "not-allowed", policyType: "identity-based policy" },
      ],
      denies: [],
    });
    const [remedy] = explanation?.remedies ?? [];
    expect(remedy).toEqual({
      policyType: "identity-based policy",
      attachTo: `arn:aws:iam::${account}:user/alice`,
      policy: { Version: "2012-10-17", Statement: [{ Effect: "Allow", Action: "iam:GetRole", Resource: roleArn }] },
    });
    const PolicyDocument = JSON.stringify(remedy?.policy);
    await root.send(new PutUserPolicyCommand({ UserName: "alice", PolicyName: "advised", PolicyDocument }));
    const { $metadata } = await asAlice.send(new GetRoleCommand({ RoleName: "app" }));
    expect(await served.controlPlane.explainCall($metadata.requestId ?? "")).toMatchObject({
      checks: [{ outcome: "allowed", policy: "advised", statement: "1" }],
      remedies: [],
    });
  });

  it("names the statement that denies, and the boundary that does not allow", async () => {
    await put(
      { Effect: "Allow", Action: "iam:*", Resource: "*" },
      { Sid: "NoUsers", Effect: "Deny", Action: "iam:ListUsers", Resource: "*" },
    );
    const denied = await served.controlPlane.explainCall(await deniedId(asRole.send(new ListUsersCommand({}))));
    expect(denied).toMatchObject({
      remedies: [],
      denies: [{ action: "iam:ListUsers", policy: "p", statement: "NoUsers", policyType: "identity-based policy" }],
    });
    await put({ Effect: "Allow", Action: "iam:*", Resource: "*" });
    await root.send(
      new CreatePolicyCommand({
        PolicyName: "b",
        PolicyDocument: document({ Effect: "Allow", Action: "ecs:*", Resource: "*" }),
      }),
    );
    const PermissionsBoundary = `arn:aws:iam::${account}:policy/b`;
    await root.send(new PutRolePermissionsBoundaryCommand({ RoleName: "app", PermissionsBoundary }));
    const bounded = await served.controlPlane.explainCall(await deniedId(asRole.send(new ListUsersCommand({}))));
    expect(bounded?.remedies).toMatchObject([
      { policyType: "permissions boundary", attachTo: `the permissions boundary of ${roleArn}` },
    ]);
    expect(await served.controlPlane.explainCall("00000000-0000-0000-0000-000000000000")).toBeUndefined();
  });

  it("suggests what an identity really called, without what was denied", async () => {
    const suggestion = await served.controlPlane.suggestPolicy("alice");
    expect(suggestion).toMatchObject({
      identityArn: `arn:aws:iam::${account}:user/alice`,
      calls: 2,
      policy: { Statement: [{ Effect: "Allow", Action: "iam:GetRole", Resource: roleArn }] },
      denied: [],
    });
    const ofRole = await served.controlPlane.suggestPolicy(roleArn);
    expect(ofRole?.denied).toEqual([{ action: "iam:ListUsers", resource: "*" }]);
    expect(await served.controlPlane.suggestPolicy("nobody")).toBeUndefined();
  });
});

describe("a policy of permissions", () => {
  it("has one statement for the actions on the same resources", () => {
    const on = (action: string, resource: string) => ({ action, resource });
    const { Statement } = policyOf([
      on("b:Get", "x"),
      on("a:Get", "x"),
      on("a:Get", "y"),
      on("b:Get", "y"),
      on("c:List", "*"),
    ]);
    expect(Statement).toEqual([
      { Effect: "Allow", Action: ["a:Get", "b:Get"], Resource: ["x", "y"] },
      { Effect: "Allow", Action: "c:List", Resource: "*" },
    ]);
  });
});
