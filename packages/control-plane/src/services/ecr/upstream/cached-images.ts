import type { ReadTransaction, Store } from "../../../state/store.ts";
import { type ImageRecord, repositoryKey, type Scope } from "../collections.ts";
import type { ImageId } from "../images/find-image.ts";
import type { ParsedManifest } from "../images/parse-manifest.ts";
import { recordOf } from "../images/store-image.ts";
import { findImage, findRepository, findTag, insertRepository, putImage, putTag } from "../repository.ts";

/** The image that a reference stands for in a cache, and when its tag was last asked for upstream. */
export const knownImage = async (
  transaction: ReadTransaction,
  repository: string,
  { digest, tag }: ImageId,
): Promise<{ readonly image: ImageRecord; readonly checkedAt: number | undefined } | undefined> => {
  const tagged = tag === undefined ? undefined : await findTag(transaction, repository, tag);
  const wanted = digest ?? tagged?.digest;
  const image = wanted === undefined ? undefined : await findImage(transaction, repository, wanted);
  return image === undefined ? undefined : { image, checkedAt: tagged?.checkedAt };
};

/** Notes that a tag stands for an image of the cache now. */
export const touchTag = (store: Store, repository: string, tag: string, digest: string, now: number): Promise<void> =>
  store.transaction(async (transaction) => {
    const known = await findTag(transaction, repository, tag);
    const taggedAt = known?.digest === digest ? known.taggedAt : now;
    putTag(transaction, { repository, tag, digest, taggedAt, checkedAt: now });
  });

interface FetchedImage {
  readonly scope: Scope;
  readonly repository: string;
  readonly tag: string | undefined;
  readonly digest: string;
  readonly parsed: ParsedManifest;
  readonly size: number;
}

/** Keeps a manifest whose layers are fetched when they are asked for, in a repository that is made where missing. */
export const keepImage = (
  store: Store,
  now: number,
  { scope, repository, tag, digest, parsed, size }: FetchedImage,
): Promise<void> =>
  store.transaction(async (transaction) => {
    if ((await findRepository(transaction, scope, repository)) === undefined) {
      await insertRepository(transaction, {
        accountId: scope.accountId,
        region: scope.region,
        name: repository,
        createdAt: now,
        imageTagMutability: "MUTABLE",
        exclusionFilters: [],
        scanOnPush: false,
        encryption: { encryptionType: "AES256" },
        tags: {},
      });
    }
    const key = repositoryKey(scope, repository);
    const known = await findImage(transaction, key, digest);
    if (known === undefined) putImage(transaction, recordOf(key, digest, parsed, size, now));
    if (tag !== undefined) putTag(transaction, { repository: key, tag, digest, taggedAt: now, checkedAt: now });
  });
