import type { DescribeImagesRequest, DescribeImagesResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { imageNotFound } from "../errors.ts";
import { lookUpImage } from "../images/find-image.ts";
import { listImages } from "../images/list-images.ts";
import { checkNamedOrPaged } from "../named-items.ts";
import { pageOf } from "../paging.ts";
import { onRepository } from "../permissions.ts";
import { requireRepository, tagsOfImage } from "../repository.ts";
import { imageDetailView } from "../views.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImages.html */
export const describeImages = defineOperation<EcrDependencies, DescribeImagesRequest, DescribeImagesResponse>({
  authorise: onRepository("DescribeImages"),
  handle: async (input, call, { store }) => {
    const { repositoryName: name = "", imageIds, filter } = input;
    const scope = scopeOf(input, call);
    const key = repositoryKey(scope, name);
    checkNamedOrPaged("imageIds", imageIds, input);
    const images = await store.read(async (transaction) => {
      await requireRepository(transaction, scope, name);
      if (imageIds === undefined) return listImages(transaction, key, filter?.tagStatus);
      const named = [];
      for (const { imageDigest: digest, imageTag: tag } of imageIds) {
        const found = await lookUpImage(transaction, key, { digest, tag });
        if (found.kind !== "found") throw imageNotFound({ digest, tag }, name, scope.accountId);
        const tags = await tagsOfImage(transaction, key, found.image.digest);
        named.push({ image: found.image, tags: tags.map((each) => each.tag) });
      }
      return named;
    });
    const isNone = filter?.imageStatus === "ARCHIVED" || filter?.imageStatus === "ACTIVATING";
    const page =
      imageIds !== undefined ? { items: images } : pageOf(isNone ? [] : images, ({ image }) => image.digest, input);
    return {
      imageDetails: page.items.map(({ image, tags }) => imageDetailView(scope, name, image, tags)),
      ...("nextToken" in page ? { nextToken: page.nextToken } : {}),
    };
  },
});
