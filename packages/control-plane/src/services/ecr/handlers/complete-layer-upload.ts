import type { CompleteLayerUploadRequest, CompleteLayerUploadResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { layerExists } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { findLink } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CompleteLayerUpload.html */
export const completeLayerUpload = defineOperation<
  EcrDependencies,
  CompleteLayerUploadRequest,
  CompleteLayerUploadResponse
>({
  authorise: onRepository("CompleteLayerUpload"),
  handle: async (input, call, { uploads, store }) => {
    const { repositoryName = "", uploadId = "", layerDigests = [] } = input;
    const scope = scopeOf(input, call);
    const layerDigest = layerDigests[0] ?? "";
    const place = { scope, repositoryName, uploadId };
    const key = repositoryKey(scope, repositoryName);
    if ((await store.read((transaction) => findLink(transaction, key, layerDigest))) !== undefined) {
      await uploads.cancel(place);
      throw layerExists(layerDigest, repositoryName, scope.accountId);
    }
    await uploads.finish(place, layerDigest);
    return { registryId: scope.accountId, repositoryName, uploadId, layerDigest };
  },
});
