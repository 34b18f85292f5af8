import type { TagStatus } from "@aws-sdk/client-ecr";
import type { ReadTransaction } from "../../../state/store.ts";
import type { ImageRecord } from "../collections.ts";
import { imagesIn, tagsIn } from "../repository.ts";

export interface TaggedImage {
  readonly image: ImageRecord;
  readonly tags: readonly string[];
}

/** The images of a repository with their tags, in the order of their digests. */
export const listImages = async (
  transaction: ReadTransaction,
  repository: string,
  tagStatus: TagStatus = "ANY",
): Promise<readonly TaggedImage[]> => {
  const tags = new Map<string, string[]>();
  for (const { digest, tag } of await tagsIn(transaction, repository)) {
    const known = tags.get(digest);
    if (known === undefined) tags.set(digest, [tag]);
    else known.push(tag);
  }
  const all = await imagesIn(transaction, repository);
  return all
    .map((image) => ({ image, tags: tags.get(image.digest) ?? [] }))
    .filter(({ tags: own }) => tagStatus === "ANY" || (tagStatus === "TAGGED") === own.length > 0);
};
