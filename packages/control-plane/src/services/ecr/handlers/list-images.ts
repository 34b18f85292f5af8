import type { ListImagesRequest, ListImagesResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { listImages as readImages } from "../images/list-images.ts";
import { pageOf } from "../paging.ts";
import { onRepository } from "../permissions.ts";
import { requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImages.html */
export const listImages = defineOperation<EcrDependencies, ListImagesRequest, ListImagesResponse>({
  authorise: onRepository("ListImages"),
  handle: async (input, call, { store }) => {
    const { repositoryName: name = "", filter } = input;
    const scope = scopeOf(input, call);
    const images = await store.read(async (transaction) => {
      await requireRepository(transaction, scope, name);
      return readImages(transaction, repositoryKey(scope, name), filter?.tagStatus);
    });
    const isNone = filter?.imageStatus === "ARCHIVED" || filter?.imageStatus === "ACTIVATING";
    const ids = (isNone ? [] : images).flatMap(({ image, tags }) =>
      tags.length === 0
        ? [{ imageDigest: image.digest }]
        : tags.map((imageTag) => ({ imageDigest: image.digest, imageTag })),
    );
    const page = pageOf(ids, (id) => `${id.imageDigest} ${"imageTag" in id ? id.imageTag : ""}`, input);
    return { imageIds: [...page.items], nextToken: page.nextToken };
  },
});
