import type { ImageTagMutabilityExclusionFilter } from "@aws-sdk/client-ecr";
import { matchesWildcard } from "@fleetless/engine";
import type { RepositoryRecord } from "../collections.ts";

/**
 * Whether a tag that is there may be given to another image.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
 */
export const mayMoveTag = (
  repository: Pick<RepositoryRecord, "imageTagMutability" | "exclusionFilters">,
  tag: string,
): boolean => {
  const isExcluded = repository.exclusionFilters.some(({ filter = "" }: ImageTagMutabilityExclusionFilter) =>
    matchesWildcard(filter, tag),
  );
  switch (repository.imageTagMutability) {
    case "MUTABLE":
      return true;
    case "IMMUTABLE":
      return false;
    case "IMMUTABLE_WITH_EXCLUSION":
      return isExcluded;
    case "MUTABLE_WITH_EXCLUSION":
      return !isExcluded;
  }
};
