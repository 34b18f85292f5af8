import { type ImageAccess, type Logger, messageOf, type Workload } from "@fleetless/kernel";
import { InvalidReferenceError, normaliseReference } from "@fleetless/oci";
import {
  type Dial,
  type PreparedImage,
  type PrepareOptions,
  type PullProgress,
  type RegistryWay,
  RuntimeError,
} from "../contract.ts";
import { openArchive } from "./archive.ts";
import type { ImageStore, UnpackedImage } from "./image-store.ts";
import { InvalidImageError } from "./manifest.ts";
import { PullMeter } from "./pull-meter.ts";
import type { PullPace } from "./pull-pace.ts";

export interface ImportOptions {
  readonly signal: AbortSignal;
  /** Names the image where the archive does not. */
  readonly reference?: string;
  readonly onProgress?: (progress: PullProgress) => void;
}

export interface ImportedImage {
  readonly references: readonly string[];
  /** Of the manifest for this machine's platform. */
  readonly digest: string;
}

export interface WantedImage {
  /** As it is known everywhere, normalised. */
  readonly reference: string;
  /** The name under which this node has it. */
  readonly name: string;
}

export interface PullOptions extends Pick<PrepareOptions, "access" | "onProgress" | "pace"> {
  /** Opens the connections to the registry; this process does where it is not given. */
  readonly dial?: Dial | undefined;
}

/** Fetches an image into the store under its name here; throws RuntimeError in ECS's words. */
export interface Puller {
  /** The digest that the registry has for the reference now. */
  resolve(image: WantedImage, signal: AbortSignal, options: PullOptions): Promise<string>;
  pull(image: WantedImage, signal: AbortSignal, options: PullOptions): Promise<void>;
  isUnreachable(thrown: unknown): boolean;
}

export interface ImagesOptions {
  readonly store: ImageStore;
  readonly puller: Puller;
  readonly importDirectory: string;
  readonly logger: Logger;
}

interface Shared {
  readonly promise: Promise<UnpackedImage>;
  readonly meter: PullMeter;
  readonly listeners: Set<(progress: PullProgress) => void>;
  readonly abort: AbortController;
  readonly pace: PullPace | undefined;
  waiting: number;
}

/** Throws RuntimeError. */
const normalise = (reference: string): string => {
  try {
    return normaliseReference(reference);
  } catch (thrown) {
    if (thrown instanceof InvalidReferenceError) throw new RuntimeError("CannotPullContainerError", thrown.message);
    throw thrown;
  }
};

/** Whether nobody need be asked for what the image is now. */
const isCurrent = (known: UnpackedImage, name: string, access: ImageAccess | undefined): boolean =>
  access?.kind === "registry" ? known.resolvedDigest === access.target.digest : known.imported || name.includes("@");

/** The images of this node by reference. */
export class Images {
  readonly #options: ImagesOptions;
  readonly #known = new Map<string, UnpackedImage>();
  readonly #underWay = new Map<string, Shared>();
  /** By a reference of our own registry: the name under which its image is kept. */
  readonly #names = new Map<string, string>();

  constructor(options: ImagesOptions) {
    this.#options = options;
  }

  /**
   * Makes an image ready. What was imported, or is asked for by digest, costs nothing when it is there; a tag of a
   * registry is looked up again, since it may have moved, but nothing is pulled when its digest is known.
   * Requests for the same image share one pull, by the way of the one that came first. It ends when none waits for it
   * any more; where that way fails or goes, the next one that waits pulls by its own.
   */
  async prepare(reference: string, signal: AbortSignal, options: PrepareOptions): Promise<UnpackedImage> {
    const normalised = normalise(reference);
    const { access, onProgress, pace } = options;
    let name = access?.kind === "registry" ? access.name : normalised;
    let known = await this.#find(name);
    let way: RegistryWay | undefined;
    if (access?.kind !== "registry" && known?.imported !== true) {
      way = await options.way?.();
      if (way?.network !== undefined) {
        name = `${way.network}/${normalised}`;
        known = await this.#find(name);
      }
    }
    if (name !== normalised) this.#names.set(normalised, name);
    if (known !== undefined && isCurrent(known, name, access)) return known;
    const wanted: WantedImage = { reference: normalised, name };
    for (;;) {
      signal.throwIfAborted();
      const { shared, isOurs } = this.#share(wanted, known, signal, { ...options, dial: way?.dial });
      if (pace === undefined) shared.pace?.hurry();
      if (onProgress !== undefined) {
        for (const progress of shared.meter.layers) onProgress(progress);
        shared.listeners.add(onProgress);
      }
      try {
        return await this.#await(shared, signal);
      } catch (thrown) {
        const isOfItsWay = shared.abort.signal.aborted || this.#options.puller.isUnreachable(thrown);
        if (isOurs || signal.aborted || !isOfItsWay) throw thrown;
      } finally {
        if (onProgress !== undefined) shared.listeners.delete(onProgress);
      }
    }
  }

  /** The pull of the image that is under way, or a new one. */
  #share(
    image: WantedImage,
    known: UnpackedImage | undefined,
    signal: AbortSignal,
    options: PullOptions,
  ): { readonly shared: Shared; readonly isOurs: boolean } {
    const { access } = options;
    const of = access?.kind === "registry" ? access.target.digest : (access?.credentials ?? null);
    const sharing = JSON.stringify([image.name, of]);
    const before = this.#underWay.get(sharing);
    if (before !== undefined && !before.abort.signal.aborted) return { shared: before, isOurs: false };
    const abort = new AbortController();
    const meter = new PullMeter();
    const listeners = new Set<(progress: PullProgress) => void>();
    const onProgress = (progress: PullProgress): void => {
      meter.add(progress);
      for (const listener of listeners) listener(progress);
    };
    const promise = this.#fetch(image, known, abort.signal, { ...options, onProgress });
    const shared: Shared = { promise, meter, listeners, abort, pace: options.pace, waiting: 0 };
    const leave = (): void => abort.abort(new Error("the task is gone by whose way the image came"));
    if (options.dial !== undefined) signal.addEventListener("abort", leave, { once: true });
    const forget = (): void => {
      signal.removeEventListener("abort", leave);
      if (this.#underWay.get(sharing) === shared) this.#underWay.delete(sharing);
    };
    promise.then(forget, forget);
    this.#underWay.set(sharing, shared);
    return { shared, isOurs: true };
  }

  async #await(shared: Shared, signal: AbortSignal): Promise<UnpackedImage> {
    shared.waiting += 1;
    let leave = (): void => undefined;
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(signal.reason);
      signal.addEventListener("abort", leave, { once: true });
    });
    try {
      return await Promise.race([shared.promise, left]);
    } finally {
      signal.removeEventListener("abort", leave);
      shared.waiting -= 1;
      if (shared.waiting === 0) shared.abort.abort(new Error("no task waits for the image any more"));
    }
  }

  async #fetch(
    image: WantedImage,
    known: UnpackedImage | undefined,
    signal: AbortSignal,
    options: PullOptions,
  ): Promise<UnpackedImage> {
    const { puller, logger } = this.#options;
    if (known !== undefined && options.access?.kind !== "registry") {
      try {
        if ((await puller.resolve(image, signal, options)) === known.resolvedDigest) return known;
      } catch (thrown) {
        if (!puller.isUnreachable(thrown)) throw thrown;
        logger.warn(
          { image: image.name, error: messageOf(thrown) },
          "the registry is out of reach, the image at hand is used",
        );
        return known;
      }
    }
    await puller.pull(image, signal, options);
    this.#known.delete(image.name);
    const found = await this.#find(image.name);
    if (found === undefined)
      throw new RuntimeError("CannotPullContainerError", `image ${image.name} is not there after its pull`);
    return found;
  }

  async #find(name: string): Promise<UnpackedImage | undefined> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = await this.#options.store.find(name);
    if (found !== undefined) this.#known.set(name, found);
    return found;
  }

  /** Imports every image of an archive or a layout directory. */
  async import(path: string, options: ImportOptions): Promise<readonly ImportedImage[]> {
    const { reference, signal, onProgress } = options;
    const archive = await openArchive(path, this.#options.importDirectory);
    try {
      const imported: ImportedImage[] = [];
      for (const image of archive.images) {
        const given = reference === undefined ? image.references : [reference];
        if (given.length === 0)
          throw new InvalidImageError("the archive does not say what its image is called; give it a reference");
        const references = given.map(normaliseReference);
        const target = await this.#options.store.ingest(references, image.target, archive.source, {
          signal,
          imported: true,
          ...(onProgress === undefined ? {} : { onProgress }),
        });
        for (const name of references) this.#known.delete(name);
        imported.push({ references, digest: target.digest });
      }
      return imported;
    } finally {
      await archive.close();
    }
  }

  /** The layers of an image that was prepared, by this process or one before it. */
  async unpacked(image: PreparedImage): Promise<UnpackedImage> {
    const found = await this.#find(image.reference);
    if (found === undefined)
      throw new RuntimeError("CannotCreateContainerError", `image ${image.reference} is not on this machine`);
    return found;
  }

  /** What a container's image declares as volumes; of other containers as far as their image is known here. */
  volumesOf(workload: Workload, containerName: string, own: UnpackedImage, ownName: string): readonly string[] {
    if (containerName === ownName) return own.volumes;
    const reference = workload.containers.find((container) => container.name === containerName)?.image;
    if (reference === undefined) return [];
    const name = normaliseReference(reference);
    return this.#known.get(this.#names.get(name) ?? name)?.volumes ?? [];
  }

  names(): Promise<readonly string[]> {
    return this.#options.store.names();
  }
}
