import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { rm } from "node:fs/promises";
import type { Writable } from "node:stream";
import { type Clock, type Logger, messageOf } from "@fleetless/kernel";
import { type Content, manifestLimit, RegistryClient, RegistryError } from "@fleetless/oci";
import type { Store } from "../../../state/store.ts";
import type { BlobStore } from "../blobs/blob-store.ts";
import { StagedFile } from "../blobs/staged-file.ts";
import { layerLimit } from "../blobs/uploads.ts";
import { repositoryKey, type Scope } from "../collections.ts";
import { upstreamImageUnavailable, upstreamLayerUnavailable } from "../errors.ts";
import type { ImageId } from "../images/find-image.ts";
import { parseManifest } from "../images/parse-manifest.ts";
import { isDigest } from "../names.ts";
import { findLink, imagesNaming, putLink } from "../repository.ts";
import { keepImage, knownImage, touchTag } from "./cached-images.ts";
import { rulesIn, type Upstream, upstreamOf } from "./rules.ts";
import { type ReadUpstreamSecret, readUpstreamLogin } from "./upstream-login.ts";

export interface UpstreamCacheOptions {
  readonly store: Store;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly readUpstreamSecret: ReadUpstreamSecret;
}

/** What became of a blob that is asked for and not here. */
export type BlobFetch =
  /** It was written to who asked, while it was fetched. */
  | "served"
  /** Another request has fetched it meanwhile. */
  | "stored"
  /** No image of a cache names it. */
  | "unknown";

/** For how long a tag is taken to stand for what it stood for, in milliseconds; as ECR does it. */
const tagRest = 24 * 60 * 60 * 1000;

/**
 * Registries that this one is a cache of: a manifest is fetched when it is first asked for, its layers when they are.
 * https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache.html
 */
export class UpstreamCache {
  readonly #options: UpstreamCacheOptions;
  readonly #refreshing = new Map<string, Promise<void>>();
  readonly #fetching = new Map<string, Promise<void>>();

  constructor(options: UpstreamCacheOptions) {
    this.#options = options;
  }

  /** Whether a pull of the image would ask the registry behind this one. */
  async isStale(scope: Scope, repository: string, id: ImageId): Promise<boolean> {
    return (await this.#staleUpstream(scope, repository, id)) !== undefined;
  }

  /**
   * Brings what a reference stands for up to date where the repository is a cache. What is here already is good
   * enough where the other registry is out of reach. Throws UnableToGetUpstreamImageException.
   */
  async refresh(scope: Scope, repository: string, id: ImageId): Promise<void> {
    const upstream = await this.#staleUpstream(scope, repository, id);
    if (upstream === undefined) return;
    const key = `${repositoryKey(scope, repository)}:${id.digest ?? id.tag}`;
    const running = this.#refreshing.get(key) ?? this.#refresh(scope, repository, id, upstream);
    this.#refreshing.set(key, running);
    try {
      await running;
    } finally {
      this.#refreshing.delete(key);
    }
  }

  async #staleUpstream(scope: Scope, repository: string, id: ImageId): Promise<Upstream | undefined> {
    const { store, clock } = this.#options;
    return store.read(async (transaction) => {
      const upstream = upstreamOf(await rulesIn(transaction, scope), repository);
      if (upstream === undefined) return undefined;
      const known = await knownImage(transaction, repositoryKey(scope, repository), id);
      if (known === undefined) return upstream;
      const isFresh = id.digest !== undefined || clock.now() - (known.checkedAt ?? 0) < tagRest;
      return isFresh ? undefined : upstream;
    });
  }

  async #refresh(scope: Scope, repository: string, id: ImageId, upstream: Upstream): Promise<void> {
    const { store, clock, logger, blobs } = this.#options;
    const signal = AbortSignal.timeout(60_000);
    const key = repositoryKey(scope, repository);
    try {
      const client = await this.#clientOf(scope, upstream, id);
      const target = await client.resolve(signal);
      const known = await store.read((transaction) => knownImage(transaction, key, { digest: target.digest }));
      if (known !== undefined && id.tag !== undefined) {
        await touchTag(store, key, id.tag, target.digest, clock.now());
        return;
      }
      const manifest = await client.readWhole(target, manifestLimit, signal);
      const release = await blobs.hold(target.digest);
      try {
        await blobs.write(target.digest, manifest, stagingName());
        await keepImage(store, clock.now(), {
          scope,
          repository,
          tag: id.tag,
          digest: target.digest,
          parsed: parseManifest(manifest, target.mediaType || undefined),
          size: manifest.length,
        });
      } finally {
        release();
      }
    } catch (thrown) {
      const isHere = (await store.read((transaction) => knownImage(transaction, key, id))) !== undefined;
      const isAway = thrown instanceof RegistryError && thrown.failure === "unreachable";
      if (!isHere || !isAway) throw upstreamImageUnavailable(upstream, messageOf(thrown));
      logger.warn({ repository, error: messageOf(thrown) }, "the upstream registry is out of reach, the cache is used");
    }
  }

  /**
   * Fetches a blob that an image of a cache names, and writes it to `sink` meanwhile; `begin` is told its size first.
   * Throws UnableToGetUpstreamLayerException as long as nothing was written.
   */
  async fetchBlob(
    scope: Scope,
    repository: string,
    digest: string,
    sink: Writable,
    begin: (size: number) => void,
  ): Promise<BlobFetch> {
    const { store } = this.#options;
    const key = repositoryKey(scope, repository);
    const content = await this.#contentOf(key, digest);
    if (content === undefined) return "unknown";
    const upstream = await store.read(async (transaction) => upstreamOf(await rulesIn(transaction, scope), repository));
    if (upstream === undefined) return "unknown";
    for (let other = this.#fetching.get(`${key}:${digest}`); other !== undefined; ) {
      await other.catch(() => undefined);
      const link = await store.read((transaction) => findLink(transaction, key, digest));
      if (link !== undefined) return "stored";
      other = this.#fetching.get(`${key}:${digest}`);
    }
    const fetching = this.#fetch(scope, key, content, upstream, sink, begin);
    this.#fetching.set(`${key}:${digest}`, fetching);
    try {
      await fetching;
    } finally {
      this.#fetching.delete(`${key}:${digest}`);
    }
    return "served";
  }

  async #contentOf(repository: string, digest: string): Promise<Content | undefined> {
    const naming = await this.#options.store.read((transaction) => imagesNaming(transaction, repository, digest));
    return naming[0]?.blobs.find((blob) => blob.digest === digest);
  }

  async #fetch(
    scope: Scope,
    key: string,
    content: Content,
    upstream: Upstream,
    sink: Writable,
    begin: (size: number) => void,
  ): Promise<void> {
    const { store, blobs, clock } = this.#options;
    const name = stagingName();
    const leave = new AbortController();
    sink.once("close", () => leave.abort(new Error("nobody waits for the layer any more")));
    try {
      const file = await StagedFile.open(blobs.stagingPath(name));
      const client = await this.#clientOf(scope, upstream, { digest: content.digest });
      const source = client.readBlob(content, 0, leave.signal);
      await file.append(
        tee(source, sink, () => begin(content.size)),
        Math.min(layerLimit, content.size),
      );
      const found = await file.digest(content.digest);
      if (found !== content.digest) throw new Error(`${upstream.registry} sent ${found} for ${content.digest}`);
      const release = await blobs.hold(content.digest);
      try {
        await blobs.adopt(name, content.digest);
        await store.transaction(async (transaction) => {
          putLink(transaction, { repository: key, digest: content.digest, size: file.size, usedAt: clock.now() });
        });
      } finally {
        release();
      }
    } catch (thrown) {
      throw upstreamLayerUnavailable(upstream, content.digest, messageOf(thrown));
    } finally {
      await rm(blobs.stagingPath(name), { force: true });
    }
  }

  async #clientOf(
    scope: Scope,
    { registry, repository, credentialArn }: Upstream,
    { digest, tag }: ImageId,
  ): Promise<RegistryClient> {
    const login =
      credentialArn === undefined
        ? undefined
        : await readUpstreamLogin(this.#options.readUpstreamSecret, scope, credentialArn);
    return new RegistryClient({
      reference: {
        registry,
        repository,
        ...(digest !== undefined && isDigest(digest) ? { digest } : {}),
        ...(tag === undefined ? {} : { tag }),
      },
      insecureRegistries: [],
      ...(login === undefined ? {} : { credentials: login }),
    });
  }
}

const stagingName = (): string => `upstream-${randomBytes(8).toString("hex")}`;

/** Passes on to the sink what it yields. The reader checks the digest, and cuts the sink off where it is another. */
async function* tee(source: AsyncIterable<Uint8Array>, sink: Writable, begin: () => void): AsyncIterable<Uint8Array> {
  let hasBegun = false;
  for await (const chunk of source) {
    if (!hasBegun) begin();
    hasBegun = true;
    yield chunk;
    if (!sink.write(chunk) && !sink.destroyed) await Promise.race([once(sink, "drain"), once(sink, "close")]);
  }
  if (!hasBegun) begin();
}
