import type { GetDownloadUrlForLayerRequest, GetDownloadUrlForLayerResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { downloadParameter } from "../distribution/distribution.ts";
import { layersNotInRepository } from "../errors.ts";
import { onRepository } from "../permissions.ts";
import { findLink, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetDownloadUrlForLayer.html */
export const getDownloadUrlForLayer = defineOperation<
  EcrDependencies,
  GetDownloadUrlForLayerRequest,
  GetDownloadUrlForLayerResponse
>({
  authorise: onRepository("GetDownloadUrlForLayer"),
  handle: async (input, call, { store, downloads, registryHost }) => {
    const { repositoryName: name = "", layerDigest = "" } = input;
    const scope = scopeOf(input, call);
    const key = repositoryKey(scope, name);
    const link = await store.read(async (transaction) => {
      await requireRepository(transaction, scope, name);
      return findLink(transaction, key, layerDigest);
    });
    if (link === undefined) throw layersNotInRepository(layerDigest, name, scope.accountId);
    const token = downloads.issue(key, layerDigest);
    const downloadUrl = `http://${registryHost()}/v2/${name}/blobs/${layerDigest}?${downloadParameter}=${token}`;
    return { downloadUrl, layerDigest };
  },
});
