import type { DescribeImageScanFindingsRequest, DescribeImageScanFindingsResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { imageNotFound, scanNotFound } from "../errors.ts";
import { lookUpImage } from "../images/find-image.ts";
import { onRepository } from "../permissions.ts";
import { requireRepository } from "../repository.ts";

/**
 * No image is ever scanned here, which is what every answer says.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_DescribeImageScanFindings.html
 */
export const describeImageScanFindings = defineOperation<
  EcrDependencies,
  DescribeImageScanFindingsRequest,
  DescribeImageScanFindingsResponse
>({
  authorise: onRepository("DescribeImageScanFindings"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "", imageId } = input;
    const id = { digest: imageId?.imageDigest, tag: imageId?.imageTag };
    const found = await store.read(async (transaction) => {
      await requireRepository(transaction, scope, name);
      return lookUpImage(transaction, repositoryKey(scope, name), id);
    });
    if (found.kind !== "found") throw imageNotFound(id, name, scope.accountId);
    throw scanNotFound({ digest: found.image.digest, tag: id.tag }, name, scope.accountId);
  },
});
