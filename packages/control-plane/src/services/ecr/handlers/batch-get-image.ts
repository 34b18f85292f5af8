import type { BatchGetImageRequest, BatchGetImageResponse, Image, ImageFailure } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { lookUpImage } from "../images/find-image.ts";
import { recordPull } from "../images/record-pull.ts";
import { checkNamed } from "../named-items.ts";
import { repositoryPermission } from "../permissions.ts";
import { requireRepository } from "../repository.ts";
import { imageView } from "../views.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchGetImage.html */
export const batchGetImage = defineOperation<EcrDependencies, BatchGetImageRequest, BatchGetImageResponse>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store, cache }) => {
      const { repositoryName: name = "", imageIds = [] } = input;
      const scope = scopeOf(input, call);
      const get = await repositoryPermission("BatchGetImage", scope, name, store);
      for (const { imageDigest: digest, imageTag: tag } of imageIds) {
        if (await cache.isStale(scope, name, { digest, tag })) {
          return [get, await repositoryPermission("BatchImportUpstreamImage", scope, name, store)];
        }
      }
      return [get];
    },
  },
  handle: async (input, call, dependencies) => {
    const { repositoryName: name = "", imageIds = [] } = input;
    checkNamed("imageIds", imageIds);
    const scope = scopeOf(input, call);
    const key = repositoryKey(scope, name);
    const images: Image[] = [];
    const failures: ImageFailure[] = [];
    for (const imageId of imageIds) {
      const id = { digest: imageId.imageDigest, tag: imageId.imageTag };
      if (id.digest === undefined && id.tag === undefined) {
        const failureReason = "Invalid request parameters: both tag and digest cannot be null";
        failures.push({ imageId, failureCode: "MissingDigestAndTag", failureReason });
        continue;
      }
      await dependencies.cache.refresh(scope, name, id);
      const found = await dependencies.store.read(async (transaction) => {
        await requireRepository(transaction, scope, name);
        return lookUpImage(transaction, key, id);
      });
      const manifest = found.kind === "found" ? await dependencies.blobs.read(found.image.digest) : undefined;
      if (found.kind !== "found" || manifest === undefined) {
        failures.push(
          found.kind === "mismatch"
            ? {
                imageId,
                failureCode: "ImageTagDoesNotMatchDigest",
                failureReason: "Image tag does not match image digest",
              }
            : { imageId, failureCode: "ImageNotFound", failureReason: "Requested image not found" },
        );
        continue;
      }
      await recordPull(dependencies, found.image);
      images.push(imageView(scope, name, found.image, found.tag, manifest.toString("utf8")));
    }
    return { images, failures };
  },
});
