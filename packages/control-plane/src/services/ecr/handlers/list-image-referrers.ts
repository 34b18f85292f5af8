import type { ListImageReferrersRequest, ListImageReferrersResponse } from "@aws-sdk/client-ecr";
import { defineOperation } from "../../../gateway/operation.ts";
import { repositoryKey } from "../collections.ts";
import { type EcrDependencies, scopeOf } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { onRepository } from "../permissions.ts";
import { referrersOf, requireRepository } from "../repository.ts";

/** https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ListImageReferrers.html */
export const listImageReferrers = defineOperation<
  EcrDependencies,
  ListImageReferrersRequest,
  ListImageReferrersResponse
>({
  authorise: onRepository("ListImageReferrers"),
  handle: async (input, call, { store }) => {
    const scope = scopeOf(input, call);
    const { repositoryName: name = "", subjectId, filter } = input;
    const digest = subjectId?.imageDigest ?? "";
    const found = await store.read(async (transaction) => {
      await requireRepository(transaction, scope, name);
      return referrersOf(transaction, repositoryKey(scope, name), digest);
    });
    const types = filter?.artifactTypes ?? [];
    const wanted = found.filter(({ artifactType = "" }) => types.length === 0 || types.includes(artifactType));
    const page = pageOf(wanted, (image) => image.digest, input);
    return {
      referrers: page.items.map((image) => ({
        digest: image.digest,
        mediaType: image.mediaType,
        size: image.manifestSize,
        artifactStatus: "ACTIVE" as const,
        ...(image.artifactType === undefined ? {} : { artifactType: image.artifactType }),
        ...(image.annotations === undefined ? {} : { annotations: image.annotations }),
      })),
      nextToken: page.nextToken,
    };
  },
});
