import type { Call } from "../../../gateway/call.ts";
import { repositoryKey, type Scope } from "../collections.ts";
import type { EcrDependencies } from "../dependencies.ts";
import { createRepository } from "../handlers/create-repository.ts";
import { findLink, findRepository } from "../repository.ts";
import { parseManifest } from "./parse-manifest.ts";
import { storeImage } from "./store-image.ts";

export interface PushedContent {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/** Where the blobs of an image that is pushed come from, such as an archive. */
export interface PushSource {
  /** A manifest whose digest has been checked. */
  manifest(content: PushedContent): Promise<Uint8Array>;
  blob(content: PushedContent): AsyncIterable<Uint8Array>;
}

export interface ImageToPush {
  readonly repositoryName: string;
  readonly tag: string;
  readonly target: PushedContent;
  readonly source: PushSource;
}

const deepest = 3;

/** Puts an image of this machine into the registry, and makes the repository where it is missing. */
export const pushImage = async (
  dependencies: EcrDependencies,
  call: Call,
  image: ImageToPush,
): Promise<{ readonly createdRepository: boolean }> => {
  const scope = { accountId: call.accountId, region: call.region };
  const { repositoryName, tag, target, source } = image;
  const known = await dependencies.store.read((transaction) => findRepository(transaction, scope, repositoryName));
  if (known === undefined) await createRepository.handle({ repositoryName }, call, dependencies);
  await pushManifest(dependencies, scope, repositoryName, tag, target, source, 0);
  return { createdRepository: known === undefined };
};

const pushManifest = async (
  dependencies: EcrDependencies,
  scope: Scope,
  repositoryName: string,
  tag: string | undefined,
  target: PushedContent,
  source: PushSource,
  depth: number,
): Promise<void> => {
  if (depth > deepest) throw new Error("the image's indexes are nested too deeply");
  const manifest = await source.manifest(target);
  const { manifests, blobs } = parseManifest(manifest, target.mediaType);
  for (const member of manifests) {
    await pushManifest(dependencies, scope, repositoryName, undefined, member, source, depth + 1);
  }
  for (const blob of blobs) await pushBlob(dependencies, scope, repositoryName, blob, source);
  await storeImage(dependencies, {
    scope,
    repositoryName,
    manifest,
    mediaType: target.mediaType,
    digest: target.digest,
    tag,
    refuseExisting: false,
  });
};

const pushBlob = async (
  { store, uploads }: EcrDependencies,
  scope: Scope,
  repositoryName: string,
  content: PushedContent,
  source: PushSource,
): Promise<void> => {
  const key = repositoryKey(scope, repositoryName);
  if ((await store.read((transaction) => findLink(transaction, key, content.digest))) !== undefined) return;
  const place = { scope, repositoryName, uploadId: await uploads.start(scope, repositoryName) };
  try {
    await uploads.append(place, source.blob(content), 0);
    await uploads.finish(place, content.digest, true);
  } catch (thrown) {
    await uploads.cancel(place);
    throw thrown;
  }
};
