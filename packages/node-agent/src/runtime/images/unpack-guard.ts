import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "@fleetless/kernel";
import { type ContainerdClient, isNotFound } from "../containerd/client.ts";
import type { Descriptor, Mount } from "../containerd/messages.ts";
import { InvalidImageError } from "./manifest.ts";

/** What an image's layers may become on disk. */
export interface UnpackLimits {
  /** All layers of an image together; no task's ephemeral storage could hold more. */
  readonly imageBytes: number;
  /** Files, directories and links of all layers together. */
  readonly imageEntries: number;
  /** How many times its own size a layer may become … */
  readonly expansion: number;
  /** … beyond so many bytes, which any layer may have. */
  readonly allowanceBytes: number;
  /** What stays free on the disk, whatever is unpacked. */
  readonly reserveBytes: number;
}

export const defaultUnpackLimits: UnpackLimits = {
  imageBytes: 200 * 1024 ** 3,
  imageEntries: 1_000_000,
  expansion: 100,
  allowanceBytes: 1024 ** 3,
  reserveBytes: 256 * 1024 ** 2,
};

/** An image that is a danger to the machine; asking for it once more makes it no better. */
export class OversizedImageError extends InvalidImageError {}

export interface Usage {
  readonly size: number;
  readonly inodes: number;
}

const lookMilliseconds = 250;
/** How long containerd may take to notice that a layer is wanted no more. */
const settleMilliseconds = 500;

const inWords = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(0)} MiB`;

/** Why a layer that has become so large, on top of what lies below it, is refused; undefined where it is not. */
export const excessOf = (
  layer: Descriptor,
  usage: Usage,
  below: Usage,
  limits: UnpackLimits,
): OversizedImageError | undefined => {
  const { imageBytes, imageEntries, expansion, allowanceBytes } = limits;
  if (below.size + usage.size > imageBytes)
    return new OversizedImageError(`the image unpacks to more than ${inWords(imageBytes)}, the most that is supported`);
  if (below.inodes + usage.inodes > imageEntries)
    return new OversizedImageError(`the image unpacks to more than ${imageEntries} files, the most that is supported`);
  if (usage.size > allowanceBytes + expansion * layer.size)
    return new OversizedImageError(
      `layer ${layer.digest} of ${inWords(layer.size)} unpacks to more than ${inWords(allowanceBytes + expansion * layer.size)}: it expands too much to be genuine`,
    );
  return undefined;
};

/** Where the layer is written, as containerd's mount has it. */
const placeOf = (mounts: readonly Mount[]): string | undefined => {
  const mount = mounts[0];
  if (mount?.type === "bind") return mount.source;
  return mount?.options.find((option) => option.startsWith("upperdir="))?.slice("upperdir=".length);
};

const freeBytes = async (path: string | undefined): Promise<number> => {
  if (path === undefined) return Number.POSITIVE_INFINITY;
  const found = await statfs(dirname(path)).catch(() => undefined);
  return found === undefined ? Number.POSITIVE_INFINITY : found.bavail * found.bsize;
};

export interface GuardedLayer {
  readonly client: ContainerdClient;
  readonly snapshotter: string;
  readonly key: string;
  readonly layer: Descriptor;
  readonly mounts: readonly Mount[];
  readonly below: Usage;
  readonly limits: UnpackLimits;
  readonly signal: AbortSignal;
}

/**
 * Watches on disk what a layer becomes while it is unpacked, and breaks it off before it has grown too much: what
 * is written counts, so that it makes no difference how a layer was packed small. Throws OversizedImageError.
 */
export const guardUnpacking = async <Applied>(
  guarded: GuardedLayer,
  apply: (signal: AbortSignal) => Promise<Applied>,
): Promise<Applied> => {
  const { client, snapshotter, key, layer, mounts, below, limits } = guarded;
  const place = placeOf(mounts);
  const look = async (): Promise<OversizedImageError | undefined> => {
    if ((await freeBytes(place)) < limits.reserveBytes)
      return new OversizedImageError(
        `no space left on device: the image does not fit on this machine's disk, of which ${inWords(limits.reserveBytes)} stay free`,
      );
    const usage = await client.call<Usage>("Snapshots", "Usage", { snapshotter, key }).catch((thrown: unknown) => {
      // Files that come and go while they are counted.
      if (isNotFound(thrown) || /no such file/.test(messageOf(thrown))) return undefined;
      throw thrown;
    });
    return usage === undefined
      ? undefined
      : excessOf(layer, { size: Number(usage.size), inodes: Number(usage.inodes) }, below, limits);
  };
  const ended = new AbortController();
  const refused = new AbortController();
  const watch = async (): Promise<void> => {
    for (;;) {
      await sleep(lookMilliseconds, undefined, { signal: ended.signal, ref: false });
      const excess = await look();
      if (excess !== undefined) return refused.abort(excess);
    }
  };
  const watching = watch().catch(() => undefined);
  try {
    const applied = await apply(AbortSignal.any([guarded.signal, refused.signal]));
    ended.abort();
    await watching;
    const excess = await look();
    if (excess !== undefined) throw excess;
    return applied;
  } catch (thrown) {
    ended.abort();
    if (!refused.signal.aborted) throw thrown;
    await sleep(settleMilliseconds);
    throw refused.signal.reason;
  } finally {
    await watching;
  }
};
