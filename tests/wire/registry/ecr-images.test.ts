import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  DescribeImagesCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  ListImageReferrersCommand,
  ListImagesCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from "@aws-sdk/client-ecr";
import { describe, expect, test } from "vitest";
import { digestOf, indexOf, manifestOf, ociIndex, subjectOf } from "./registry-client.ts";
import { ecr, make, registry } from "./served-registry.ts";

const registryId = "123456789012";

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
