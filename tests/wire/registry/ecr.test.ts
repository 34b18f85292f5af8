import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRegistryPolicyCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeImagesCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  GetRegistryPolicyCommand,
  GetRepositoryPolicyCommand,
  InitiateLayerUploadCommand,
  ListImageReferrersCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  PutRegistryPolicyCommand,
  SetRepositoryPolicyCommand,
  StartLifecyclePolicyPreviewCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UploadLayerPartCommand,
} from "@aws-sdk/client-ecr";
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  DeleteAccessKeyCommand,
  IAMClient,
  PutUserPolicyCommand,
} from "@aws-sdk/client-iam";
import { ManualClock } from "@fleetless/kernel";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type ServedControlPlane, startControlPlane } from "../support/start-control-plane.ts";
import { digestOf, errorOf, indexOf, manifestOf, ociIndex, RegistryClient, subjectOf } from "./registry-client.ts";

let served: ServedControlPlane;
let ecr: ECRClient;
let registry: RegistryClient;
const registryId = "123456789012";
const day = 24 * 60 * 60 * 1000;
// Signatures are checked against the served clock, so it is only ever a little ahead of the client's.
const clock = new ManualClock(Date.now());

beforeAll(async () => {
  served = await startControlPlane(clock);
  ecr = new ECRClient(served.clientSettings);
  registry = await RegistryClient.login(served);
});

afterAll(() => served[Symbol.asyncDispose]());

const make = async (repositoryName: string, more: object = {}): Promise<string> => {
  await ecr.send(new CreateRepositoryCommand({ repositoryName, ...more }));
  return repositoryName;
};

describe("repositories", () => {
  test("are made, described, and deleted with force once they hold images", async () => {
    const { repository } = await ecr.send(
      new CreateRepositoryCommand({ repositoryName: "a/b", tags: [{ Key: "team", Value: "web" }] }),
    );
    expect(repository).toMatchObject({
      repositoryArn: `arn:aws:ecr:us-east-1:${registryId}:repository/a/b`,
      repositoryUri: `${served.host}/a/b`,
      imageTagMutability: "MUTABLE",
      registryId,
    });
    await expect(make("a/b")).rejects.toMatchObject({
      name: "RepositoryAlreadyExistsException",
      message: `The repository with name 'a/b' already exists in the registry with id '${registryId}'`,
    });
    const described = await ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ["a/b"] }));
    expect(described.repositories).toEqual([repository]);
    await registry.pushImage("a/b", "1", ["one"]);
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName: "a/b" }))).rejects.toMatchObject({
      name: "RepositoryNotEmptyException",
    });
    await ecr.send(new DeleteRepositoryCommand({ repositoryName: "a/b", force: true }));
    await expect(ecr.send(new DescribeRepositoriesCommand({ repositoryNames: ["a/b"] }))).rejects.toMatchObject({
      name: "RepositoryNotFoundException",
      message: `The repository with name 'a/b' does not exist in the registry with id '${registryId}'`,
    });
  });

  test.each(["Upper", "a", "-a", "a//b", "a/", "a b"])("are not called %s", async (name) => {
    await expect(make(name)).rejects.toMatchObject({ name: "InvalidParameterException" });
  });

  test("have tags", async () => {
    await make("tagged", { tags: [{ Key: "a", Value: "1" }] });
    const resourceArn = `arn:aws:ecr:us-east-1:${registryId}:repository/tagged`;
    await ecr.send(new TagResourceCommand({ resourceArn, tags: [{ Key: "b", Value: "2" }] }));
    await ecr.send(new UntagResourceCommand({ resourceArn, tagKeys: ["a"] }));
    expect((await ecr.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([{ Key: "b", Value: "2" }]);
  });

  test("are of a region: a login for another one sees its own", async () => {
    await make("here");
    const elsewhere = new ECRClient({ ...served.clientSettings, region: "eu-west-1" });
    expect((await elsewhere.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
    await elsewhere.send(new CreateRepositoryCommand({ repositoryName: "there" }));
    const other = await RegistryClient.login(served, { region: "eu-west-1" });
    expect((await other.send("POST", "/v2/there/blobs/uploads/")).status).toBe(202);
    expect((await registry.send("POST", "/v2/there/blobs/uploads/")).status).toBe(404);
  });
});

describe("tags that cannot move", () => {
  const put = (repositoryName: string, imageTag: string, layers: readonly string[]) =>
    ecr.send(new PutImageCommand({ repositoryName, imageTag, imageManifest: manifestOf(layers) }));

  test("stay, but for those that are excluded", async () => {
    const name = await make("fixed", { imageTagMutability: "IMMUTABLE" });
    await registry.pushImage(name, "v1", ["one"]);
    await registry.pushBlob(name, "two");
    await expect(put(name, "v1", ["two"])).rejects.toMatchObject({
      name: "ImageTagAlreadyExistsException",
      message:
        "The image tag 'v1' already exists in the 'fixed' repository and cannot be overwritten because the tag is immutable.",
    });
    const pushed = await registry.putManifest(name, "v1", manifestOf(["two"]));
    expect([pushed.status, (await errorOf(pushed)).code]).toEqual([400, "TAG_INVALID"]);
    await ecr.send(
      new PutImageTagMutabilityCommand({
        repositoryName: name,
        imageTagMutability: "IMMUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "dev-*" }],
      }),
    );
    await put(name, "dev-1", ["one"]);
    await put(name, "dev-1", ["two"]);
    await expect(put(name, "v1", ["two"])).rejects.toMatchObject({ name: "ImageTagAlreadyExistsException" });
    await ecr.send(
      new PutImageTagMutabilityCommand({
        repositoryName: name,
        imageTagMutability: "MUTABLE_WITH_EXCLUSION",
        imageTagMutabilityExclusionFilters: [{ filterType: "WILDCARD", filter: "v*" }],
      }),
    );
    await expect(put(name, "v1", ["two"])).rejects.toMatchObject({ name: "ImageTagAlreadyExistsException" });
    await put(name, "other", ["one"]);
    await put(name, "other", ["two"]);
  });

  test("filters belong to the two settings that have exclusions", async () => {
    const filters = [{ filterType: "WILDCARD", filter: "a" }];
    await expect(make("filters", { imageTagMutabilityExclusionFilters: filters })).rejects.toThrow("may only be given");
    await expect(make("filters", { imageTagMutability: "IMMUTABLE_WITH_EXCLUSION" })).rejects.toThrow("must be given");
  });
});

describe("images", () => {
  test("are uploaded by ECR's own operations, part by part", async () => {
    const repositoryName = await make("parts");
    const layer = "a layer in two parts";
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = (first: number, text: string) =>
      ecr.send(
        new UploadLayerPartCommand({
          repositoryName,
          uploadId,
          partFirstByte: first,
          partLastByte: first + text.length - 1,
          layerPartBlob: Buffer.from(text),
        }),
      );
    expect((await part(0, layer.slice(0, 8))).lastByteReceived).toBe(7);
    await expect(part(20, "gap")).rejects.toMatchObject({
      name: "InvalidLayerPartException",
      lastValidByteReceived: 7,
    });
    await part(8, layer.slice(8));
    const complete = (layerDigest: string) =>
      ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [layerDigest] }));
    await expect(complete(digestOf("another"))).rejects.toMatchObject({ name: "InvalidLayerException" });
    expect((await complete(digestOf(layer))).layerDigest).toBe(digestOf(layer));
    await expect(complete(digestOf("x"))).rejects.toMatchObject({ name: "UploadNotFoundException" });

    const layerDigests = [digestOf(layer), digestOf("absent"), "nonsense"];
    const checked = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
    expect(checked.layers).toEqual([
      { layerDigest: digestOf(layer), layerAvailability: "AVAILABLE", layerSize: layer.length },
      { layerDigest: digestOf("absent"), layerAvailability: "UNAVAILABLE" },
    ]);
    expect(checked.failures?.[0]?.failureCode).toBe("InvalidLayerDigest");

    const imageManifest = manifestOf([layer]);
    await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest }))).rejects.toMatchObject({
      name: "LayersNotFoundException",
    });
    await registry.pushBlob(repositoryName, "{}");
    const put = await ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: "1" }));
    expect(put.image?.imageId).toEqual({ imageDigest: digestOf(imageManifest), imageTag: "1" });
    await expect(ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: "1" }))).rejects.toMatchObject(
      { name: "ImageAlreadyExistsException" },
    );
    await expect(
      ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageDigest: digestOf("x"), imageTag: "2" })),
    ).rejects.toMatchObject({ name: "ImageDigestDoesNotMatchException" });

    const got = await ecr.send(
      new BatchGetImageCommand({ repositoryName, imageIds: [{ imageTag: "1" }, { imageTag: "none" }, {}] }),
    );
    expect(got.images?.map((image) => image.imageManifest)).toEqual([imageManifest]);
    expect(got.failures?.map(({ failureCode }) => failureCode)).toEqual(["ImageNotFound", "MissingDigestAndTag"]);
  });

  test("have layers that a URL gives without a login, for a while", async () => {
    const repositoryName = await make("urls");
    await registry.pushImage(repositoryName, "1", ["by URL"]);
    const layerDigest = digestOf("by URL");
    const { downloadUrl = "" } = await ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest }));
    expect(await (await fetch(downloadUrl)).text()).toBe("by URL");
    expect((await fetch(downloadUrl.replace(layerDigest, digestOf("{}")))).status).toBe(403);
    expect((await fetch(`${downloadUrl}x`)).status).toBe(403);
    await expect(
      ecr.send(new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: digestOf("absent") })),
    ).rejects.toMatchObject({ name: "LayersNotFoundException" });
  });

  test("are listed, described and deleted", async () => {
    const repositoryName = await make("listed");
    const one = await registry.pushImage(repositoryName, "1", ["one"]);
    await registry.putManifest(repositoryName, "latest", one);
    const two = await registry.pushImage(repositoryName, digestOf(manifestOf(["two"])), ["two"]);
    const list = async (tagStatus?: "TAGGED" | "UNTAGGED"): Promise<readonly (string | undefined)[]> =>
      (await ecr.send(new ListImagesCommand({ repositoryName, filter: { tagStatus } }))).imageIds?.map(
        ({ imageTag }) => imageTag,
      ) ?? [];
    expect((await list("TAGGED")).toSorted()).toEqual(["1", "latest"]);
    expect(await list("UNTAGGED")).toEqual([undefined]);
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "latest" }] }),
    );
    expect(imageDetails).toEqual([
      {
        registryId,
        repositoryName,
        imageDigest: digestOf(one),
        imageTags: ["1", "latest"],
        imageSizeInBytes: 5,
        imagePushedAt: expect.any(Date),
        imageManifestMediaType: "application/vnd.oci.image.manifest.v1+json",
        artifactMediaType: "application/vnd.oci.image.config.v1+json",
        imageStatus: "ACTIVE",
      },
    ]);
    await expect(
      ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: "none" }] })),
    ).rejects.toMatchObject({
      name: "ImageNotFoundException",
      message: `The image with imageId {imageDigest:'null', imageTag:'none'} does not exist within the repository with name 'listed' in the registry with id '${registryId}'`,
    });
    const remove = (...imageIds: { imageTag?: string; imageDigest?: string }[]) =>
      ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect((await remove({ imageTag: "1" })).imageIds).toEqual([{ imageDigest: digestOf(one), imageTag: "1" }]);
    const mixed = await remove(
      { imageTag: "latest" },
      { imageDigest: digestOf(two) },
      { imageTag: "none" },
      { imageDigest: digestOf(one), imageTag: "latest" },
    );
    expect(mixed.imageIds).toHaveLength(2);
    expect(mixed.failures?.map(({ failureCode }) => failureCode)).toEqual(["ImageNotFound", "ImageNotFound"]);
    expect(await list()).toEqual([]);
  });

  test("that an index names go with the index, in whatever order they are asked to", async () => {
    const repositoryName = await make("indexed");
    const member = await registry.pushImage(repositoryName, digestOf(manifestOf(["m"])), ["m"]);
    const index = indexOf([member]);
    await registry.putManifest(repositoryName, "multi", index, ociIndex);
    const alone = await ecr.send(
      new BatchDeleteImageCommand({ repositoryName, imageIds: [{ imageDigest: digestOf(member) }] }),
    );
    expect(alone.failures?.[0]?.failureCode).toBe("ImageReferencedByManifestList");
    const imageIds = [{ imageDigest: digestOf(member) }, { imageDigest: digestOf(index) }];
    const both = await ecr.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect(both.failures).toEqual([]);
    expect(both.imageIds).toHaveLength(2);
  });

  test("have referrers by kind", async () => {
    const repositoryName = await make("referred");
    const image = await registry.pushImage(repositoryName, "1", ["subject"]);
    const signature = manifestOf([], { artifactType: "application/vnd.example.signature", ...subjectOf(image) });
    await registry.putManifest(repositoryName, digestOf(signature), signature);
    const find = async (artifactTypes?: string[]) =>
      (
        await ecr.send(
          new ListImageReferrersCommand({
            repositoryName,
            subjectId: { imageDigest: digestOf(image) },
            ...(artifactTypes === undefined ? {} : { filter: { artifactTypes } }),
          }),
        )
      ).referrers?.map(({ digest }) => digest);
    expect(await find()).toEqual([digestOf(signature)]);
    expect(await find(["application/vnd.example.sbom"])).toEqual([]);
  });
});

describe("lifecycle policies", () => {
  const keepOne = JSON.stringify({
    rules: [
      {
        rulePriority: 1,
        selection: { tagStatus: "any", countType: "imageCountMoreThan", countNumber: 1 },
        action: { type: "expire" },
      },
    ],
  });

  test("are kept, previewed, and then really expire images", async () => {
    const repositoryName = await make("expiring");
    for (const tag of ["1", "2", "3"]) {
      clock.advance(1_000);
      await registry.pushImage(repositoryName, tag, [`layer ${tag}`]);
    }
    const named = { repositoryName };
    await expect(ecr.send(new GetLifecyclePolicyCommand(named))).rejects.toMatchObject({
      name: "LifecyclePolicyNotFoundException",
    });
    await ecr.send(new StartLifecyclePolicyPreviewCommand({ ...named, lifecyclePolicyText: keepOne }));
    const preview = await ecr.send(new GetLifecyclePolicyPreviewCommand(named));
    expect(preview).toMatchObject({ status: "COMPLETE", summary: { expiringImageTotalCount: 2 } });
    expect(preview.previewResults?.map(({ imageTags }) => imageTags?.[0]).toSorted()).toEqual(["1", "2"]);
    const tags = async () =>
      (await ecr.send(new ListImagesCommand(named))).imageIds?.map(({ imageTag }) => imageTag).toSorted();
    expect(await tags()).toEqual(["1", "2", "3"]);
    await ecr.send(new PutLifecyclePolicyCommand({ ...named, lifecyclePolicyText: keepOne }));
    await expect.poll(tags).toEqual(["3"]);
    const got = await ecr.send(new GetLifecyclePolicyCommand(named));
    expect(got).toMatchObject({ lifecyclePolicyText: keepOne, lastEvaluatedAt: expect.any(Date) });
    clock.advance(1_000);
    await registry.pushImage(repositoryName, "4", ["layer 4"]);
    await expect.poll(tags).toEqual(["4"]);
    await ecr.send(new DeleteLifecyclePolicyCommand(named));
    await expect(
      ecr.send(new PutLifecyclePolicyCommand({ ...named, lifecyclePolicyText: '{"rules":[]}' })),
    ).rejects.toMatchObject({
      name: "InvalidParameterException",
      message:
        "Invalid parameter at 'LifecyclePolicyText' failed to satisfy constraint: 'Lifecycle policy validation failure: the policy has no rules'",
    });
  });
});

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
