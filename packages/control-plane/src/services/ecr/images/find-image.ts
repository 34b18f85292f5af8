import type { ReadTransaction } from "../../../state/store.ts";
import type { ImageRecord } from "../collections.ts";
import { findImage, findTag } from "../repository.ts";

/** By digest, by tag, or by both, which must then agree. */
export interface ImageId {
  readonly digest?: string | undefined;
  readonly tag?: string | undefined;
}

export type FoundImage =
  | { readonly kind: "found"; readonly image: ImageRecord; readonly tag: string | undefined }
  | { readonly kind: "missing" }
  /** The tag is another image's. */
  | { readonly kind: "mismatch" };

export const lookUpImage = async (
  transaction: ReadTransaction,
  repository: string,
  id: ImageId,
): Promise<FoundImage> => {
  const tagged = id.tag === undefined ? undefined : await findTag(transaction, repository, id.tag);
  if (id.tag !== undefined && tagged === undefined) return { kind: "missing" };
  if (tagged !== undefined && id.digest !== undefined && tagged.digest !== id.digest) return { kind: "mismatch" };
  const digest = id.digest ?? tagged?.digest;
  const image = digest === undefined ? undefined : await findImage(transaction, repository, digest);
  return image === undefined ? { kind: "missing" } : { kind: "found", image, tag: id.tag };
};
