import {
  CreateRepositoryCommand,
  DeleteLifecyclePolicyCommand,
  DeleteRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRClient,
  GetLifecyclePolicyCommand,
  GetLifecyclePolicyPreviewCommand,
  ListImagesCommand,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutImageTagMutabilityCommand,
  PutLifecyclePolicyCommand,
  StartLifecyclePolicyPreviewCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from "@aws-sdk/client-ecr";
import { describe, expect, test } from "vitest";
import { errorOf, manifestOf, RegistryClient } from "./registry-client.ts";
import { clock, ecr, make, registry, served } from "./served-registry.ts";

const registryId = "123456789012";

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

  test.each(["bogus", "!", "YQ=="])("are not listed from a token %s that nobody was given", async (nextToken) => {
    await expect(ecr.send(new DescribeRepositoriesCommand({ nextToken }))).rejects.toMatchObject({
      name: "InvalidParameterException",
    });
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
