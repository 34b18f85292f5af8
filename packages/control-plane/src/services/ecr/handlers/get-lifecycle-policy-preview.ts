import type { GetLifecyclePolicyPreviewRequest, GetLifecyclePolicyPreviewResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { lifecyclePreviewNotFound } from "../errors.ts";
import { pageOf } from "../paging.ts";
import { onRepository } from "../permissions.ts";
import { requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_GetLifecyclePolicyPreview.html */
export const getLifecyclePolicyPreview = defineOperation<
  EcrDependencies,
  GetLifecyclePolicyPreviewRequest,
  GetLifecyclePolicyPreviewResponse
>({
  authorise: onRepository("GetLifecyclePolicyPreview"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "", imageIds = [], filter } = input;
    const { preview } = await store.read((transaction) => requireRepository(transaction, scope, name));
    if (preview === undefined) throw lifecyclePreviewNotFound(name, scope.accountId);
    const wanted = preview.results.filter(({ imageDigest, imageTags = [] }) => {
      const isNamed =
        imageIds.length === 0 ||
        imageIds.some((id) => id.imageDigest === imageDigest || imageTags.includes(id.imageTag ?? ""));
      const { tagStatus = "ANY" } = filter ?? {};
      return isNamed && (tagStatus === "ANY" || (tagStatus === "TAGGED") === imageTags.length > 0);
    });
    const page = pageOf(wanted, ({ imageDigest = "" }) => imageDigest, input);
    return {
      registryId: scope.accountId,
      repositoryName: name,
      lifecyclePolicyText: preview.text,
      status: "COMPLETE" as const,
      // The store gives times back as text.
      previewResults: page.items.map((result) => ({ ...result, imagePushedAt: new Date(result.imagePushedAt ?? 0) })),
      nextToken: page.nextToken,
      summary: { expiringImageTotalCount: preview.results.length },
    };
  },
});
