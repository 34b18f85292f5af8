import { mediaTypes } from "@fleetless/oci";
import { type ContainerdClient, isAlreadyExists, isNotFound } from "../containerd/client.ts";
import type { Descriptor, ImageRecord } from "../containerd/messages.ts";
import type { PreparedImage, PullProgress } from "../contract.ts";
import { ContentStore } from "./content-store.ts";
import { ImageLeases } from "./image-leases.ts";
import {
  choosePlatform,
  type ImageConfiguration,
  type ImageManifest,
  InvalidImageError,
  imageLimits,
  machinePlatform,
  parseConfiguration,
  parseManifestOrIndex,
} from "./manifest.ts";
import type { PullPace } from "./pull-pace.ts";
import { chainIds, layersSize, openView, unpack } from "./unpack.ts";
import { defaultUnpackLimits, type UnpackLimits } from "./unpack-guard.ts";

/** An image ready to be put under a container's own overlay. */
export interface UnpackedImage {
  readonly prepared: PreparedImage;
  /** Topmost first. */
  readonly lowerDirectories: readonly string[];
  readonly volumes: readonly string[];
  readonly chainId: string;
  readonly layersBytes: number;
  /** The digest that the registry has for the reference; an index's where there is one. */
  readonly resolvedDigest: string;
  readonly imported: boolean;
}

/** Where an image's blobs come from: a registry, an archive or a directory. */
export interface ImageSource {
  /** A manifest, index or configuration as a whole; the digest has been checked. */
  readonly readWhole: (descriptor: Descriptor, limit: number, signal: AbortSignal) => Promise<Buffer>;
  readonly readBlob: (descriptor: Descriptor, offset: number, signal: AbortSignal) => AsyncIterable<Uint8Array>;
}

export interface IngestOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: PullProgress) => void;
  readonly imported: boolean;
  readonly pace?: PullPace;
}

const resolvedLabel = "fleetless/resolved-digest";
const importedLabel = "fleetless/imported";
const concurrentLayers = 4;

/** Images of one containerd namespace: records, blobs, snapshots, and what protects them from collection. */
export class ImageStore {
  readonly #client: ContainerdClient;
  readonly #limits: UnpackLimits;
  readonly content: ContentStore;
  readonly leases: ImageLeases;
  readonly #blobsUnderWay = new Map<string, Promise<void>>();
  /** Of the blobs under way, those that are not in a hurry. */
  readonly #paces = new Map<string, PullPace>();

  constructor(client: ContainerdClient, limits: UnpackLimits = defaultUnpackLimits) {
    this.#client = client;
    this.#limits = limits;
    this.content = new ContentStore(client);
    this.leases = new ImageLeases(client);
  }

  /** The image kept under a normalised reference, or undefined. */
  async find(name: string): Promise<UnpackedImage | undefined> {
    let image: ImageRecord | null;
    try {
      image = (await this.#client.call<{ readonly image: ImageRecord | null }>("Images", "Get", { name })).image;
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
    if (image === null || image.target === null) return undefined;
    const bytes = await this.content.read(image.target.digest, imageLimits.manifestBytes);
    const parsed = parseManifestOrIndex(bytes, image.target.media_type);
    if (parsed.kind !== "manifest") throw new InvalidImageError(`${name} is recorded as an index`);
    const configuration = await this.content.read(parsed.manifest.config.digest, imageLimits.configurationBytes);
    return await this.#open(name, image, parsed.manifest, parseConfiguration(configuration));
  }

  async names(): Promise<readonly string[]> {
    const { images } = await this.#client.call<{ readonly images: readonly ImageRecord[] }>("Images", "List", {});
    return images.map((image) => image.name);
  }

  /** Fetches what is missing of an image, unpacks it and records it under each of `names`. */
  ingest(
    names: readonly string[],
    target: Descriptor,
    source: ImageSource,
    options: IngestOptions,
  ): Promise<Descriptor> {
    return this.leases.during((lease) => this.#ingestUnder(lease, names, target, source, options));
  }

  async #ingestUnder(
    lease: string,
    names: readonly string[],
    target: Descriptor,
    source: ImageSource,
    options: IngestOptions,
  ): Promise<Descriptor> {
    const { signal } = options;
    const { descriptor, manifest, bytes } = await this.#resolve(target, source, signal);
    const configurationBytes = await source.readWhole(manifest.config, imageLimits.configurationBytes, signal);
    const configuration = parseConfiguration(configurationBytes);
    const here = machinePlatform();
    const { architecture } = configuration.platform;
    if (architecture !== "" && architecture !== here.architecture)
      throw new InvalidImageError(
        `image Manifest does not contain descriptor matching platform '${here.os}/${here.architecture}' (it is for ${architecture.slice(0, 40)})`,
      );
    const top = chainIds(configuration.diffIds).at(-1);
    await this.#writeWhole(manifest.config, configurationBytes, lease, signal, {
      ...(top === undefined ? {} : { "containerd.io/gc.ref.snapshot.overlayfs": top }),
    });
    await this.#fetchLayers(manifest.layers, source, lease, options);
    const keep = (snapshot: string): Promise<void> => this.leases.keep(lease, "snapshots/overlayfs", snapshot);
    await options.pace?.rest();
    await unpack(this.#client, manifest.layers, configuration.diffIds, { lease, keep, limits: this.#limits, signal });
    const references = [manifest.config, ...manifest.layers].map((blob, position) => [
      `containerd.io/gc.ref.content.${position}`,
      blob.digest,
    ]);
    await this.#writeWhole(descriptor, bytes, lease, signal, Object.fromEntries(references));
    for (const name of names) await this.#record(name, descriptor, target.digest, options.imported);
    if (top !== undefined) await openView(this.#client, top);
    return descriptor;
  }

  async #resolve(
    target: Descriptor,
    source: ImageSource,
    signal: AbortSignal,
  ): Promise<{ readonly descriptor: Descriptor; readonly manifest: ImageManifest; readonly bytes: Buffer }> {
    let descriptor = target;
    for (let depth = 0; depth < 3; depth += 1) {
      const bytes = await source.readWhole(descriptor, imageLimits.manifestBytes, signal);
      const parsed = parseManifestOrIndex(bytes, descriptor.media_type);
      if (parsed.kind === "manifest") {
        const mediaType = parsed.manifest.mediaType || mediaTypes.ociManifest;
        return {
          descriptor: { media_type: mediaType, digest: descriptor.digest, size: bytes.length },
          manifest: parsed.manifest,
          bytes,
        };
      }
      const platform = machinePlatform();
      const chosen = choosePlatform(parsed.index, platform);
      if (chosen === undefined)
        throw new InvalidImageError(
          `image Manifest does not contain descriptor matching platform '${platform.os}/${platform.architecture}'`,
        );
      descriptor = chosen;
    }
    throw new InvalidImageError("the image's indexes are nested too deeply");
  }

  async #fetchLayers(
    layers: readonly Descriptor[],
    source: ImageSource,
    lease: string,
    options: IngestOptions,
  ): Promise<void> {
    const waiting = [...new Map(layers.map((layer) => [layer.digest, layer])).values()];
    for (const { digest, size } of waiting) options.onProgress?.({ digest, bytes: 0, total: size });
    const failed = new AbortController();
    const signal = AbortSignal.any([options.signal, failed.signal]);
    const work = async (): Promise<void> => {
      for (let layer = waiting.shift(); layer !== undefined; layer = waiting.shift()) {
        try {
          await this.#fetchBlob(layer, source, lease, { ...options, signal });
        } catch (thrown) {
          failed.abort(thrown);
          throw thrown;
        }
      }
    };
    const outcomes = await Promise.allSettled(Array.from({ length: concurrentLayers }, work));
    options.signal.throwIfAborted();
    if (failed.signal.aborted) throw failed.signal.reason;
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  /** One write of a blob at a time, also where two images share it; each of them keeps it. */
  async #oneAtATime(digest: string, lease: string, write: () => Promise<void>): Promise<void> {
    await this.leases.keep(lease, "content", digest);
    for (let before = this.#blobsUnderWay.get(digest); before !== undefined; before = this.#blobsUnderWay.get(digest))
      await before.catch(() => undefined);
    const run = write().finally(() => this.#blobsUnderWay.delete(digest));
    this.#blobsUnderWay.set(digest, run);
    await run;
  }

  #fetchBlob(descriptor: Descriptor, source: ImageSource, lease: string, options: IngestOptions): Promise<void> {
    const { digest } = descriptor;
    const { pace } = options;
    if (pace === undefined) this.#paces.get(digest)?.hurry();
    else this.#paces.set(digest, pace);
    const fetched = this.#oneAtATime(digest, lease, async () => {
      const tell = (bytes: number): void => options.onProgress?.({ digest, bytes, total: descriptor.size });
      if (await this.content.has(digest))
        options.onProgress?.({ digest, bytes: descriptor.size, total: descriptor.size, wasHere: true });
      else {
        const read = (offset: number) => source.readBlob(descriptor, offset, options.signal);
        const { signal } = options;
        await this.content.write({ descriptor, read, labels: {}, lease, signal, onProgress: tell, pace });
      }
    });
    return fetched.finally(() => {
      if (this.#paces.get(digest) === pace) this.#paces.delete(digest);
    });
  }

  #writeWhole(
    descriptor: Descriptor,
    bytes: Buffer,
    lease: string,
    signal: AbortSignal,
    labels: Readonly<Record<string, string>>,
  ): Promise<void> {
    return this.#oneAtATime(descriptor.digest, lease, async () => {
      if (await this.content.has(descriptor.digest)) {
        if (Object.keys(labels).length > 0) await this.content.label(descriptor.digest, labels);
        return;
      }
      const read = async function* (offset: number): AsyncIterable<Uint8Array> {
        yield bytes.subarray(offset);
      };
      await this.content.write({ descriptor, read, labels, lease, signal });
    });
  }

  async #record(name: string, target: Descriptor, resolvedDigest: string, imported: boolean): Promise<void> {
    const labels = { [resolvedLabel]: resolvedDigest, [importedLabel]: String(imported) };
    const image = { name, target, labels };
    try {
      await this.#client.call("Images", "Create", { image });
    } catch (thrown) {
      if (!isAlreadyExists(thrown)) throw thrown;
      await this.#client.call("Images", "Update", { image });
    }
  }

  async #open(
    name: string,
    image: ImageRecord,
    manifest: ImageManifest,
    configuration: ImageConfiguration,
  ): Promise<UnpackedImage | undefined> {
    const chain = chainIds(configuration.diffIds);
    const chainId = chain.at(-1);
    let lowerDirectories: readonly string[] = [];
    let layersBytes = 0;
    try {
      if (chainId !== undefined) {
        lowerDirectories = await openView(this.#client, chainId);
        layersBytes = await layersSize(this.#client, chain);
      }
    } catch (thrown) {
      if (isNotFound(thrown)) return undefined;
      throw thrown;
    }
    const digest = image.target?.digest ?? "";
    return {
      prepared: {
        reference: name,
        digest,
        imageId: manifest.config.digest,
        entryPoint: configuration.entryPoint,
        command: configuration.command,
        environment: configuration.environment,
        workingDirectory: configuration.workingDirectory,
        user: configuration.user,
        stopSignal: configuration.stopSignal,
        labels: configuration.labels,
      },
      lowerDirectories,
      volumes: configuration.volumes,
      chainId: chainId ?? "",
      layersBytes,
      resolvedDigest: image.labels[resolvedLabel] ?? digest,
      imported: image.labels[importedLabel] === "true",
    };
  }
}
