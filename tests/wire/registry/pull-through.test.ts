import {
  BatchGetImageCommand,
  CreatePullThroughCacheRuleCommand,
  DeletePullThroughCacheRuleCommand,
  DescribePullThroughCacheRulesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  ValidatePullThroughCacheRuleCommand,
} from "@aws-sdk/client-ecr";
import { CreateAccessKeyCommand, CreateUserCommand, IAMClient, PutUserPolicyCommand } from "@aws-sdk/client-iam";
import { ManualClock } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, test } from "vitest";
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
  const login = { ecrRepositoryPrefix: "hub", upstreamRegistryUrl: "registry-1.docker.io", credentialArn: "arn:x" };
  await expect(ecr.send(new CreatePullThroughCacheRuleCommand(login))).rejects.toThrow(
    "credentialArn of a pull through cache rule is not supported by Fleetless yet.",
  );
  await ecr.send(new DeletePullThroughCacheRuleCommand(prefix));
  await expect(ecr.send(new DeletePullThroughCacheRuleCommand(prefix))).rejects.toMatchObject({
    name: "PullThroughCacheRuleNotFoundException",
  });
});
