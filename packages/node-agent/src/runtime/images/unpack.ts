import { createHash, randomBytes } from "node:crypto";
import { type ContainerdClient, isAlreadyExists, isNotFound } from "../containerd/client.ts";
import type { Descriptor, Mount } from "../containerd/messages.ts";
import { InvalidImageError } from "./manifest.ts";
import { guardUnpacking, type UnpackLimits, type Usage } from "./unpack-guard.ts";

const snapshotter = "overlayfs";

/** The chain ids of the OCI image specification: the name of each layer on top of those below it. */
export const chainIds = (diffIds: readonly string[]): readonly string[] => {
  const chain: string[] = [];
  for (const diffId of diffIds) {
    const below = chain.at(-1);
    chain.push(
      below === undefined ? diffId : `sha256:${createHash("sha256").update(`${below} ${diffId}`).digest("hex")}`,
    );
  }
  return chain;
};

const exists = async (client: ContainerdClient, key: string): Promise<boolean> => {
  try {
    await client.call("Snapshots", "Stat", { snapshotter, key });
    return true;
  } catch (thrown) {
    if (isNotFound(thrown)) return false;
    throw thrown;
  }
};

const usageOf = async (client: ContainerdClient, key: string): Promise<Usage> => {
  const { size, inodes } = await client.call<Usage>("Snapshots", "Usage", { snapshotter, key });
  return { size: Number(size), inodes: Number(inodes) };
};

export interface Unpacking {
  readonly lease: string;
  /** Puts a snapshot under the lease that another work may have made. */
  readonly keep: (snapshot: string) => Promise<void>;
  readonly limits: UnpackLimits;
  readonly signal: AbortSignal;
}

/**
 * Applies an image's layers through containerd's differ into snapshots named by chain id, where not there yet.
 * Throws InvalidImageError, OversizedImageError where the image grows beyond the limits.
 */
export const unpack = async (
  client: ContainerdClient,
  layers: readonly Descriptor[],
  diffIds: readonly string[],
  { lease, keep, limits, signal }: Unpacking,
): Promise<void> => {
  if (layers.length !== diffIds.length)
    throw new InvalidImageError(`the image has ${layers.length} layers but ${diffIds.length} diff_ids`);
  const chain = chainIds(diffIds);
  const below = { size: 0, inodes: 0 };
  const addUsage = async (name: string): Promise<void> => {
    const { size, inodes } = await usageOf(client, name);
    below.size += size;
    below.inodes += inodes;
  };
  for (const [position, layer] of layers.entries()) {
    const name = chain[position] ?? "";
    await keep(name);
    if (await exists(client, name)) {
      await addUsage(name);
      continue;
    }
    signal.throwIfAborted();
    const key = `unpack-${randomBytes(6).toString("hex")} ${name}`;
    const { mounts } = await client.call<{ readonly mounts: readonly Mount[] }>(
      "Snapshots",
      "Prepare",
      { snapshotter, key, parent: chain[position - 1] ?? "" },
      { lease },
    );
    try {
      const { applied } = await guardUnpacking(
        { client, snapshotter, key, layer, mounts, below, limits, signal },
        (until) =>
          client.call<{ readonly applied: Descriptor | null }>(
            "Diff",
            "Apply",
            { diff: layer, mounts },
            { lease, signal: until, timeoutMilliseconds: 30 * 60_000 },
          ),
      );
      if (applied?.digest !== diffIds[position])
        throw new InvalidImageError(
          `layer ${layer.digest} unpacks to ${applied?.digest}, the configuration says ${diffIds[position]}`,
        );
      await client.call("Snapshots", "Commit", { snapshotter, name, key }, { lease });
    } catch (thrown) {
      await client.call("Snapshots", "Remove", { snapshotter, key }).catch(() => undefined);
      if (!isAlreadyExists(thrown)) throw thrown;
    }
    await addUsage(name);
  }
};

const lowerDirectories = (mounts: readonly Mount[]): readonly string[] => {
  const mount = mounts[0];
  if (mounts.length !== 1 || mount === undefined) throw new Error("containerd's snapshot has no single mount");
  if (mount.type === "bind") return [mount.source];
  const lower = mount.options.find((option) => option.startsWith("lowerdir="));
  if (mount.type !== "overlay" || lower === undefined)
    throw new Error(`containerd's snapshot is of the unexpected type ${mount.type}`);
  return lower.slice("lowerdir=".length).split(":");
};

const viewKey = (chainId: string): string => `fleetless-view-${chainId.slice("sha256:".length)}`;

/**
 * The directories of an image's layers, topmost first, held by one read-only view that stays for as long as
 * the image does: containers put their own overlay on them and need no snapshot each.
 */
export const openView = async (client: ContainerdClient, chainId: string): Promise<readonly string[]> => {
  const key = viewKey(chainId);
  const view = async (): Promise<{ readonly mounts: readonly Mount[] }> => {
    try {
      return await client.call("Snapshots", "Mounts", { snapshotter, key });
    } catch (thrown) {
      if (!isNotFound(thrown)) throw thrown;
    }
    const labels = { "containerd.io/gc.root": new Date().toISOString() };
    return await client.call("Snapshots", "View", { snapshotter, key, parent: chainId, labels });
  };
  return lowerDirectories((await view()).mounts);
};

/** Bytes of the layers on disk, all together. */
export const layersSize = async (client: ContainerdClient, chain: readonly string[]): Promise<number> => {
  const sizes = await Promise.all(
    chain.map(
      async (key) => (await client.call<{ readonly size: number }>("Snapshots", "Usage", { snapshotter, key })).size,
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
};
