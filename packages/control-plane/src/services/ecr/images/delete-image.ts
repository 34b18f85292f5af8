import type { ImageFailureCode } from "@aws-sdk/client-ecr";
import type { Transaction } from "../../../state/store.ts";
import { findTag, indexesNaming, removeImage, removeTag, tagsOfImage } from "../repository.ts";
import { type ImageId, lookUpImage } from "./find-image.ts";

export type Deletion =
  | { readonly kind: "deleted"; readonly digest: string; readonly tags: readonly string[] }
  | { readonly kind: "failed"; readonly code: ImageFailureCode; readonly reason: string };

const failed = (code: ImageFailureCode, reason: string): Deletion => ({ kind: "failed", code, reason });

/**
 * Takes a tag away, and with an image's last tag the image; by digest, the image with all its tags. Its layers go
 * when they are collected. https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchDeleteImage.html
 */
export const deleteImage = async (transaction: Transaction, repository: string, id: ImageId): Promise<Deletion> => {
  if (id.digest === undefined && id.tag === undefined) {
    return failed("MissingDigestAndTag", "Invalid request parameters: both tag and digest cannot be null");
  }
  const found = await lookUpImage(transaction, repository, id);
  if (found.kind === "mismatch") {
    return failed("ImageTagDoesNotMatchDigest", "Image tag does not match image digest");
  }
  if (found.kind === "missing") return failed("ImageNotFound", "Requested image not found");
  const { image } = found;
  const tags = await tagsOfImage(transaction, repository, image.digest);
  const indexes = await indexesNaming(transaction, repository, image.digest);
  const isOnlyUntagged = id.digest === undefined && (tags.length > 1 || indexes.length > 0);
  if (isOnlyUntagged) {
    const tag = await findTag(transaction, repository, id.tag ?? "");
    if (tag !== undefined) removeTag(transaction, tag);
    return { kind: "deleted", digest: image.digest, tags: [id.tag ?? ""] };
  }
  if (indexes.length > 0) {
    const digests = indexes.map(({ digest }) => digest).join(", ");
    return failed("ImageReferencedByManifestList", `Requested image referenced by manifest list: [${digests}]`);
  }
  for (const tag of tags) removeTag(transaction, tag);
  removeImage(transaction, image);
  return { kind: "deleted", digest: image.digest, tags: tags.map(({ tag }) => tag) };
};

/** Takes a tag away and leaves the image, as the distribution API wants it. */
export const removeTagOnly = async (transaction: Transaction, repository: string, name: string): Promise<Deletion> => {
  const tag = await findTag(transaction, repository, name);
  if (tag === undefined) return failed("ImageNotFound", "Requested image not found");
  removeTag(transaction, tag);
  return { kind: "deleted", digest: tag.digest, tags: [name] };
};
