import { createHash, randomBytes } from "node:crypto";
import type { Clock } from "@fleetless/kernel";
import { manifestLimit } from "@fleetless/oci";
import type { Store, Transaction } from "../../../state/store.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import { type ImageRecord, type RepositoryRecord, repositoryKey, type Scope } from "../collections.ts";
import {
  imageDigestMismatch,
  imageExists,
  imageTagImmutable,
  layersNotFound,
  referencedImagesNotFound,
  unsupportedImageType,
} from "../errors.ts";
import { algorithmOf } from "../names.ts";
import { findImage, findLink, findTag, keyOf, putImage, putLink, putTag, requireRepository } from "../repository.ts";
import { InvalidManifestError, type ParsedManifest, parseManifest } from "./parse-manifest.ts";
import { mayMoveTag } from "./tag-mutability.ts";

export interface ImageToStore {
  readonly scope: Scope;
  readonly repositoryName: string;
  readonly manifest: Uint8Array;
  readonly mediaType?: string | undefined;
  /** What the caller says that the manifest's digest is. */
  readonly digest?: string | undefined;
  readonly tag?: string | undefined;
  /** PutImage refuses what is there already, as it is; a push by the distribution API says it again. */
  readonly refuseExisting: boolean;
}

export interface ImageStoreDependencies {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
}

export interface StoredImage {
  readonly image: ImageRecord;
  readonly tag: string | undefined;
}

const digestOf = (bytes: Uint8Array, given: string | undefined): string => {
  const algorithm = given === undefined ? "sha256" : algorithmOf(given);
  return `${algorithm}:${createHash(algorithm).update(bytes).digest("hex")}`;
};

/** Throws UnsupportedImageTypeException for what is no manifest. */
const parse = (bytes: Uint8Array, mediaType: string | undefined): ParsedManifest => {
  if (bytes.length > manifestLimit) throw unsupportedImageType(`A manifest has at most ${manifestLimit} bytes`);
  try {
    return parseManifest(bytes, mediaType);
  } catch (thrown) {
    if (thrown instanceof InvalidManifestError) throw unsupportedImageType(`Invalid image manifest: ${thrown.message}`);
    throw thrown;
  }
};

/**
 * Puts a manifest whose layers are there into a repository, under a tag where one is given. Throws
 * RepositoryNotFoundException, ImageTagAlreadyExistsException, LayersNotFoundException and the like.
 */
export const storeImage = async (
  { store, blobs, clock }: ImageStoreDependencies,
  request: ImageToStore,
): Promise<StoredImage> => {
  const parsed = parse(request.manifest, request.mediaType);
  const digest = digestOf(request.manifest, request.digest);
  if (request.digest !== undefined && digest !== request.digest) throw imageDigestMismatch(request.digest, digest);
  const { scope, repositoryName: name, tag } = request;
  const now = clock.now();
  const release = await blobs.hold(digest);
  try {
    await store.read((transaction) => requireRepository(transaction, scope, name));
    await blobs.write(digest, request.manifest, `manifest-${randomBytes(8).toString("hex")}`);
    const image = await store.transaction(async (transaction) => {
      const repository = await requireRepository(transaction, scope, name);
      const known = await findImage(transaction, keyOf(repository), digest);
      const tagged = tag === undefined ? undefined : await findTag(transaction, keyOf(repository), tag);
      if (request.refuseExisting && known !== undefined && (tag === undefined || tagged?.digest === digest)) {
        throw imageExists(digest, tag, name, scope.accountId);
      }
      if (tag !== undefined && tagged !== undefined && !mayMoveTag(repository, tag)) throw imageTagImmutable(tag, name);
      await claimContent(transaction, repository, parsed, now);
      const record = known ?? recordOf(repositoryKey(scope, name), digest, parsed, request.manifest.length, now);
      putImage(transaction, record);
      if (tag !== undefined) putTag(transaction, { repository: keyOf(repository), tag, digest, taggedAt: now });
      return record;
    });
    return { image, tag };
  } finally {
    release();
  }
};

/** Writes each link that the manifest needs, so that none is collected while it is taken into use. */
const claimContent = async (
  transaction: Transaction,
  repository: RepositoryRecord,
  parsed: ParsedManifest,
  now: number,
): Promise<void> => {
  const key = keyOf(repository);
  const missing: string[] = [];
  for (const digest of new Set(parsed.blobs.map((blob) => blob.digest))) {
    const link = await findLink(transaction, key, digest);
    if (link === undefined) missing.push(digest);
    else putLink(transaction, { ...link, usedAt: now });
  }
  if (missing.length > 0) throw layersNotFound(missing, repository.name, repository.accountId);
  for (const { digest } of parsed.manifests) {
    const member = await findImage(transaction, key, digest);
    if (member === undefined) missing.push(digest);
    // Read and written, so that it is not deleted at the same time.
    else putImage(transaction, member);
  }
  if (missing.length > 0) throw referencedImagesNotFound(missing, repository.name, repository.accountId);
};

export const recordOf = (
  repository: string,
  digest: string,
  parsed: ParsedManifest,
  manifestSize: number,
  pushedAt: number,
): ImageRecord => ({
  repository,
  digest,
  mediaType: parsed.mediaType,
  ...(parsed.artifactType === undefined ? {} : { artifactType: parsed.artifactType }),
  manifestSize,
  imageSize: [...parsed.blobs, ...parsed.manifests].reduce((sum, { size }) => sum + size, 0),
  blobs: parsed.blobs,
  manifests: parsed.manifests,
  ...(parsed.subject === undefined ? {} : { subject: parsed.subject }),
  ...(parsed.annotations === undefined ? {} : { annotations: parsed.annotations }),
  pushedAt,
});
