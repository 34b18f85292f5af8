import {
  BatchGetImageCommand,
  CreatePullThroughCacheRuleCommand,
  DeletePullThroughCacheRuleCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  UpdatePullThroughCacheRuleCommand,
  ValidatePullThroughCacheRuleCommand,
} from "@aws-sdk/client-ecr";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { ManualClock } from "@fleetless/kernel";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Registry } from "../../integration/runtime/registry.ts";
import { type ServedControlPlane, startControlPlane } from "../support/start-control-plane.ts";
import { digestOf, errorOf, RegistryClient } from "./registry-client.ts";

const hour = 60 * 60 * 1000;
let served: ServedControlPlane;
let upstream: Registry;
let ecr: ECRClient;
let clock: ManualClock;

const layer = (text: string) => ({
  bytes: Buffer.from(text),
  mediaType: "application/vnd.oci.image.layer.v1.tar",
  diffId: digestOf(text),
});

beforeEach(async () => {
  clock = new ManualClock(Date.now());
  served = await startControlPlane(clock);
  upstream = await Registry.start();
  ecr = new ECRClient(served.clientSettings);
  const rule = { ecrRepositoryPrefix: "mirror", upstreamRegistryUrl: upstream.host };
  await ecr.send(new CreatePullThroughCacheRuleCommand(rule));
});

afterEach(async () => {
  await upstream.close();
  await served[Symbol.asyncDispose]();
});

const asked = (kind: "manifests" | "blobs"): number =>
  upstream.requests.filter(({ method, path }) => method === "GET" && path.includes(`/${kind}/`)).length;

test("an image is fetched when it is first asked for, and then kept", async () => {
  const { digest } = upstream.putImage("1", [layer("base"), layer("top")]);
  const registry = await RegistryClient.login(served);
  for (let round = 0; round < 2; round += 1) {
    const manifest = await registry.send("GET", "/v2/mirror/team/app/manifests/1");
    expect([manifest.status, manifest.headers.get("docker-content-digest")]).toEqual([200, digest]);
    for (const text of ["base", "top"]) {
      const blob = await registry.send("GET", `/v2/mirror/team/app/blobs/${digestOf(text)}`);
      expect([blob.status, await blob.text()]).toEqual([200, text]);
    }
  }
  expect([asked("manifests"), asked("blobs")]).toEqual([1, 2]);
  const { repositories } = await ecr.send(new DescribeRepositoriesCommand({}));
  expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual(["mirror/team/app"]);
  const { images } = await ecr.send(
    new BatchGetImageCommand({ repositoryName: "mirror/team/app", imageIds: [{ imageTag: "1" }] }),
  );
  expect(images?.[0]?.imageId?.imageDigest).toBe(digest);
});

test("a layer that many ask for at once is fetched once", async () => {
  upstream.putImage("1", [layer("popular ".repeat(10_000))]);
  const registry = await RegistryClient.login(served);
  await registry.send("GET", "/v2/mirror/team/app/manifests/1");
  const path = `/v2/mirror/team/app/blobs/${digestOf("popular ".repeat(10_000))}`;
  const lengths = await Promise.all(
    Array.from({ length: 8 }, async () => (await (await registry.send("GET", path)).text()).length),
  );
  expect(lengths).toEqual(Array(8).fill(80_000));
  expect(asked("blobs")).toBe(1);
});

test("a tag is looked up again after a day, and what is here serves while the other registry is away", async () => {
  const first = upstream.putImage("1", [layer("first")]);
  const registry = await RegistryClient.login(served);
  const digest = async (): Promise<string | null> =>
    (await registry.send("HEAD", "/v2/mirror/team/app/manifests/1")).headers.get("docker-content-digest");
  expect(await digest()).toBe(first.digest);
  const second = upstream.putImage("1", [layer("second")]);
  clock.advance(11 * hour);
  expect(await digest()).toBe(first.digest);
  clock.advance(14 * hour);
  const later = await RegistryClient.login(
    { ...served, clientSettings: { ...served.clientSettings } },
    {
      systemClockOffset: 25 * hour,
    },
  );
  const head = await later.send("HEAD", "/v2/mirror/team/app/manifests/1");
  expect(head.headers.get("docker-content-digest")).toBe(second.digest);
  await upstream.close();
  clock.advance(25 * hour);
  const away = await RegistryClient.login(served, { systemClockOffset: 50 * hour });
  const cached = await away.send("HEAD", "/v2/mirror/team/app/manifests/1");
  expect([cached.status, cached.headers.get("docker-content-digest")]).toEqual([200, second.digest]);
  upstream = await Registry.start();
});

test("a layer with another content than its digest says is not kept", async () => {
  const spoilt = layer("genuine");
  upstream.putImage("1", [spoilt]);
  upstream.putBlob(Buffer.from("forged!"), digestOf("genuine"));
  const registry = await RegistryClient.login(served);
  await registry.send("GET", "/v2/mirror/team/app/manifests/1");
  const path = `/v2/mirror/team/app/blobs/${digestOf("genuine")}`;
  await registry
    .send("GET", path)
    .then((response) => response.text())
    .catch(() => undefined);
  expect((await registry.send("HEAD", path)).status).toBe(404);
});

test("an image that the other registry has not is missing, and leaves no repository", async () => {
  const registry = await RegistryClient.login(served);
  const response = await registry.send("GET", "/v2/mirror/team/app/manifests/none");
  expect([response.status, (await errorOf(response)).code]).toEqual([404, "MANIFEST_UNKNOWN"]);
  expect((await ecr.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
});

test("to fetch needs a permission of its own, what is here does not", async () => {
  upstream.putImage("1", [layer("guarded")]);
  const iam = new IAMClient(served.clientSettings);
  await iam.send(new CreateUserCommand({ UserName: "reader" }));
  const Statement = [{ Effect: "Allow", Action: ["ecr:GetAuthorizationToken", "ecr:BatchGetImage"], Resource: "*" }];
  const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  await iam.send(new PutUserPolicyCommand({ UserName: "reader", PolicyName: "read", PolicyDocument }));
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "reader" }));
  const credentials = {
    accessKeyId: AccessKey?.AccessKeyId ?? "",
    secretAccessKey: AccessKey?.SecretAccessKey ?? "",
  };
  const reader = await RegistryClient.login(served, { credentials });
  const path = "/v2/mirror/team/app/manifests/1";
  const refused = await reader.send("GET", path);
  expect([refused.status, (await errorOf(refused)).message]).toEqual([
    403,
    expect.stringContaining("ecr:BatchImportUpstreamImage"),
  ]);
  expect((await (await RegistryClient.login(served)).send("GET", path)).status).toBe(200);
  expect((await reader.send("GET", path)).status).toBe(200);
});

test("rules are described, validated, refused twice, and deleted", async () => {
  const described = await ecr.send(new DescribePullThroughCacheRulesCommand({}));
  expect(described.pullThroughCacheRules).toEqual([
    {
      ecrRepositoryPrefix: "mirror",
      upstreamRegistryUrl: upstream.host,
      registryId: "123456789012",
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    },
  ]);
  const prefix = { ecrRepositoryPrefix: "mirror" };
  expect(await ecr.send(new ValidatePullThroughCacheRuleCommand(prefix))).toMatchObject({ isValid: true });
  const again = { ...prefix, upstreamRegistryUrl: "quay.io" };
  await expect(ecr.send(new CreatePullThroughCacheRuleCommand(again))).rejects.toMatchObject({
    name: "PullThroughCacheRuleAlreadyExistsException",
  });
  await ecr.send(new DeletePullThroughCacheRuleCommand(prefix));
  await expect(ecr.send(new DeletePullThroughCacheRuleCommand(prefix))).rejects.toMatchObject({
    name: "PullThroughCacheRuleNotFoundException",
  });
});

describe("a rule with a login", () => {
  const prefix = { ecrRepositoryPrefix: "private" };
  const login = (accessToken: string) => JSON.stringify({ username: "user", accessToken });
  const manifest = "/v2/private/team/app/manifests/1";

  const storeLogin = async (Name: string, SecretString: string): Promise<string> => {
    const secrets = new SecretsManagerClient(served.clientSettings);
    return (await secrets.send(new CreateSecretCommand({ Name, SecretString }))).ARN ?? "";
  };

  test.each(["basic", "bearer"] as const)(
    "takes it from a secret, and another once it is told (%s)",
    async (access) => {
      upstream.access = access;
      upstream.putImage("1", [layer("behind a login")]);
      const wrong = await storeLogin("ecr-pullthroughcache/wrong", login("other"));
      const right = await storeLogin("ecr-pullthroughcache/right", login("secret"));
      const rule = { ...prefix, upstreamRegistryUrl: upstream.host };
      const created = await ecr.send(new CreatePullThroughCacheRuleCommand({ ...rule, credentialArn: wrong }));
      expect(created.credentialArn).toBe(wrong);
      const registry = await RegistryClient.login(served);
      const refused = await registry.send("GET", manifest);
      expect(refused.status).not.toBe(200);
      await refused.arrayBuffer();
      const updated = await ecr.send(new UpdatePullThroughCacheRuleCommand({ ...prefix, credentialArn: right }));
      expect(updated).toMatchObject({ ...prefix, credentialArn: right, updatedAt: expect.any(Date) });
      const response = await registry.send("GET", manifest);
      expect(response.status).toBe(200);
      const { layers } = JSON.parse(await response.text());
      const blob = await registry.send("GET", `/v2/private/team/app/blobs/${layers[0].digest}`);
      expect(await blob.text()).toBe("behind a login");
      expect(await ecr.send(new ValidatePullThroughCacheRuleCommand(prefix))).toMatchObject({
        isValid: true,
        credentialArn: right,
      });
    },
  );

  test("wants a secret of ECR's own that is there and holds a login", async () => {
    const rule = { ...prefix, upstreamRegistryUrl: upstream.host };
    const create = (credentialArn: string) =>
      ecr.send(new CreatePullThroughCacheRuleCommand({ ...rule, credentialArn }));
    const other = await storeLogin("team/login", login("secret"));
    await expect(create(other)).rejects.toMatchObject({ name: "InvalidParameterException" });
    const gone = "arn:aws:secretsmanager:us-east-1:123456789012:secret:ecr-pullthroughcache/gone-AbCdEf";
    await expect(create(gone)).rejects.toMatchObject({ name: "SecretNotFoundException" });
    await expect(create(gone.replace("us-east-1", "eu-west-1"))).rejects.toThrow("account and region");
    const odd = await storeLogin("ecr-pullthroughcache/odd", "plain");
    await expect(create(odd)).rejects.toMatchObject({ name: "SecretNotFoundException" });
    await expect(
      ecr.send(new UpdatePullThroughCacheRuleCommand({ ecrRepositoryPrefix: "none", credentialArn: odd })),
    ).rejects.toMatchObject({ name: "PullThroughCacheRuleNotFoundException" });
  });

  test("gives a login to a registry that AWS does not know only for those who may read the secret", async () => {
    const credentialArn = await storeLogin("ecr-pullthroughcache/login", login("secret"));
    const iam = new IAMClient(served.clientSettings);
    await iam.send(new CreateUserCommand({ UserName: "keeper" }));
    const Statement = [{ Effect: "Allow", Action: "ecr:*", Resource: "*" }];
    const PolicyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
    await iam.send(new PutUserPolicyCommand({ UserName: "keeper", PolicyName: "ecr", PolicyDocument }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: "keeper" }));
    const credentials = {
      accessKeyId: AccessKey?.AccessKeyId ?? "",
      secretAccessKey: AccessKey?.SecretAccessKey ?? "",
    };
    const keeper = new ECRClient({ ...served.clientSettings, credentials });
    const create = (upstreamRegistryUrl: string) =>
      keeper.send(new CreatePullThroughCacheRuleCommand({ ...prefix, upstreamRegistryUrl, credentialArn }));
    await expect(create(upstream.host)).rejects.toThrow("secretsmanager:GetSecretValue");
    expect(await create("ghcr.io")).toMatchObject({ credentialArn });
    const update = { ecrRepositoryPrefix: "mirror", credentialArn };
    await expect(keeper.send(new UpdatePullThroughCacheRuleCommand(update))).rejects.toThrow(
      "secretsmanager:GetSecretValue",
    );
  });
});
