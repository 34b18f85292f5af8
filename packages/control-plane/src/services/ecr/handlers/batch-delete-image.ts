import type {
  BatchDeleteImageRequest,
  BatchDeleteImageResponse,
  ImageFailure,
  ImageIdentifier,
} from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { deleteImage } from "../images/delete-image.ts";
import { checkNamed } from "../named-items.ts";
import { onRepository } from "../permissions.ts";
import { requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html */
export const batchDeleteImage = defineOperation<EcrDependencies, BatchDeleteImageRequest, BatchDeleteImageResponse>({
  authorise: onRepository("BatchDeleteImage"),
  handle: async (input, call, { store }) => {
    const { repositoryName: name = "", imageIds: wanted = [] } = input;
    checkNamed("imageIds", wanted);
    const scope = scopeOf(input, call);
    return store.transaction(async (transaction) => {
      await requireRepository(transaction, scope, name);
      const imageIds: ImageIdentifier[] = [];
      const failures: ImageFailure[] = [];
      // An index goes before what it names, as ECR does it whatever their order in the request.
      const waiting = [...wanted];
      for (let hasMoved = true; hasMoved; ) {
        hasMoved = false;
        for (const imageId of waiting.splice(0)) {
          const id = { digest: imageId.imageDigest, tag: imageId.imageTag };
          const deletion = await deleteImage(transaction, repositoryKey(scope, name), id);
          if (deletion.kind === "deleted") {
            hasMoved = true;
            const { digest: imageDigest, tags } = deletion;
            if (tags.length === 0) imageIds.push({ imageDigest });
            for (const imageTag of tags) imageIds.push({ imageDigest, imageTag });
          } else if (deletion.code === "ImageReferencedByManifestList") {
            waiting.push(imageId);
          } else {
            failures.push({ imageId, failureCode: deletion.code, failureReason: deletion.reason });
          }
        }
      }
      for (const imageId of waiting) {
        const id = { digest: imageId.imageDigest, tag: imageId.imageTag };
        const deletion = await deleteImage(transaction, repositoryKey(scope, name), id);
        if (deletion.kind === "deleted") continue;
        failures.push({ imageId, failureCode: deletion.code, failureReason: deletion.reason });
      }
      return { imageIds, failures };
    });
  },
});
