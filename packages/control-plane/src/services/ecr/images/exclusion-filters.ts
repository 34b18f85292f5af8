import type { ImageTagMutability, ImageTagMutabilityExclusionFilter } from "@aws-sdk/client-ecr";
import { invalidParameter } from "../errors.ts";

const most = 5;
const form = /^[0-9a-zA-Z._*-]{1,128}$/;

/**
 * The tags that a repository's mutability does not hold for. Throws InvalidParameterException.
 * https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_ImageTagMutabilityExclusionFilter.html
 */
export const checkExclusionFilters = (
  mutability: ImageTagMutability | undefined,
  filters: readonly ImageTagMutabilityExclusionFilter[] | undefined,
): readonly ImageTagMutabilityExclusionFilter[] => {
  const wantsFilters = mutability === "IMMUTABLE_WITH_EXCLUSION" || mutability === "MUTABLE_WITH_EXCLUSION";
  const given = filters ?? [];
  if (wantsFilters !== given.length > 0) {
    throw invalidParameter(
      wantsFilters
        ? `imageTagMutabilityExclusionFilters must be given where imageTagMutability is ${mutability}`
        : "imageTagMutabilityExclusionFilters may only be given where imageTagMutability is IMMUTABLE_WITH_EXCLUSION or MUTABLE_WITH_EXCLUSION",
    );
  }
  if (given.length > most)
    throw invalidParameter(`A repository has at most ${most} imageTagMutabilityExclusionFilters`);
  for (const { filter = "" } of given) {
    if (!form.test(filter) || filter.split("*").length > 3) {
      throw invalidParameter(
        "Invalid parameter at 'imageTagMutabilityExclusionFilters' failed to satisfy constraint: 'a filter has 1 to 128 letters, digits, dots, underscores and hyphens, and at most two wildcards'",
      );
    }
  }
  return given;
};
