import {
  DeleteRegistryPolicyCommand,
  DeleteRepositoryPolicyCommand,
  GetAuthorizationTokenCommand,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { describe, expect, test } from "vitest";
import { digestOf, errorOf, RegistryClient } from "./registry-client.ts";
import { clock, ecr, make, registry, served } from "./served-registry.ts";

const registryId = "123456789012";
const day = 24 * 60 * 60 * 1000;

describe("who may", () => {
  const allow = (Action: string | string[], Resource = "*"): string =>
    JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Allow", Action, Resource }] });

  const user = async (UserName: string, policy: string): Promise<{ accessKeyId: string; secretAccessKey: string }> => {
    const iam = new IAMClient(served.clientSettings);
    await iam.send(new CreateUserCommand({ UserName }));
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: "ecr", PolicyDocument: policy }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return { accessKeyId: AccessKey?.AccessKeyId ?? "", secretAccessKey: AccessKey?.SecretAccessKey ?? "" };
  };

  test("a reader pulls and does not push, in ECR's words, unless the repository's policy lets it", async () => {
    const repositoryName = await make("guarded");
    const manifest = await registry.pushImage(repositoryName, "1", ["guarded layer"]);
    const arn = `arn:aws:ecr:us-east-1:${registryId}:repository/guarded`;
    const pull = ["ecr:GetAuthorizationToken", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];
    const reader = await RegistryClient.login(served, { credentials: await user("reader", allow(pull)) });
    expect(await (await reader.send("GET", "/v2/guarded/manifests/1")).text()).toBe(manifest);
    expect((await reader.send("GET", `/v2/guarded/blobs/${digestOf("guarded layer")}`)).status).toBe(200);
    const refused = await reader.send("POST", "/v2/guarded/blobs/uploads/");
    expect([refused.status, await errorOf(refused)]).toEqual([
      403,
      {
        code: "DENIED",
        message: `User: arn:aws:iam::${registryId}:user/reader is not authorized to perform: ecr:InitiateLayerUpload on resource: ${arn} because no identity-based policy allows the ecr:InitiateLayerUpload action`,
      },
    ]);
    const statement = {
      Effect: "Allow",
      Principal: { AWS: `arn:aws:iam::${registryId}:user/reader` },
      Action: "ecr:*",
    };
    const policyText = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    await ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    expect((await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))).policyText).toBe(policyText);
    expect((await reader.send("POST", "/v2/guarded/blobs/uploads/")).status).toBe(202);
    const denial = JSON.stringify({
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "ecr:InitiateLayerUpload", Resource: "*" }],
    });
    await ecr.send(new PutRegistryPolicyCommand({ policyText: denial }));
    const denied = await reader.send("POST", "/v2/guarded/blobs/uploads/");
    expect((await errorOf(denied)).message).toContain("with an explicit deny in a resource-based policy");
    expect((await ecr.send(new GetRegistryPolicyCommand({}))).policyText).toBe(denial);
    await ecr.send(new DeleteRegistryPolicyCommand({}));
    await ecr.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
    expect((await reader.send("POST", "/v2/guarded/blobs/uploads/")).status).toBe(403);
    await expect(ecr.send(new GetRepositoryPolicyCommand({ repositoryName }))).rejects.toMatchObject({
      name: "RepositoryPolicyNotFoundException",
    });
    await expect(ecr.send(new GetRegistryPolicyCommand({}))).rejects.toMatchObject({
      name: "RegistryPolicyNotFoundException",
    });
    await expect(ecr.send(new SetRepositoryPolicyCommand({ repositoryName, policyText: "{" }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
  });

  test("nobody mounts a blob from a repository that they may not read", async () => {
    const secret = await make("secret");
    const own = await make("own");
    await registry.pushBlob(secret, "secret layer");
    const push = ["ecr:InitiateLayerUpload", "ecr:GetDownloadUrlForLayer"];
    const policy = JSON.stringify({
      Version: "2012-10-17",
      Statement: [
        { Effect: "Allow", Action: "ecr:GetAuthorizationToken", Resource: "*" },
        { Effect: "Allow", Action: push, Resource: `arn:aws:ecr:us-east-1:${registryId}:repository/own` },
      ],
    });
    const thief = await RegistryClient.login(served, { credentials: await user("thief", policy) });
    const digest = digestOf("secret layer");
    expect((await thief.send("POST", `/v2/${own}/blobs/uploads/?mount=${digest}&from=secret`)).status).toBe(202);
    expect((await thief.send("GET", `/v2/${own}/blobs/${digest}`)).status).toBe(404);
  });

  test("a login ends with its key, and after twelve hours", async () => {
    const keys = await user("leaver", allow("ecr:*"));
    const login = await RegistryClient.login(served, { credentials: keys });
    expect((await login.send("GET", "/v2/")).status).toBe(200);
    const iam = new IAMClient(served.clientSettings);
    await iam.send(new DeleteAccessKeyCommand({ UserName: "leaver", AccessKeyId: keys.accessKeyId }));
    expect((await login.send("GET", "/v2/")).status).toBe(401);
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const [data] = authorizationData ?? [];
    expect(data?.proxyEndpoint).toBe(served.endpoint);
    expect(Number(data?.expiresAt)).toBeCloseTo(clock.now() + day / 2, -4);
  });
});
