import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { mediaTypes } from "@fleetless/oci";
import { pack } from "tar-stream";
import { machinePlatform } from "./manifest.ts";

/** One entry of an image's file system; a directory where it has neither content, source nor link. */
export interface LayoutFile {
  /** Without a leading slash. */
  readonly path: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly content?: string | Uint8Array;
  /** A file on this machine whose content is taken. */
  readonly sourcePath?: string;
  /** The target of a symbolic link. */
  readonly linkTo?: string;
}

export interface LayoutConfiguration {
  readonly Entrypoint?: readonly string[];
  readonly Cmd?: readonly string[];
  readonly Env?: readonly string[];
  readonly WorkingDir?: string;
  readonly User?: string;
  readonly Volumes?: Readonly<Record<string, object>>;
  readonly Labels?: Readonly<Record<string, string>>;
  readonly ExposedPorts?: Readonly<Record<string, object>>;
}

export type LayerCompression = "none" | "gzip" | "zstd";

export interface Layer {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  /** Digest of the layer before it was compressed. */
  readonly diffId: string;
}

export interface LayoutOptions {
  readonly directory: string;
  /** Written as the annotation org.opencontainers.image.ref.name. */
  readonly reference: string;
  readonly config: LayoutConfiguration;
  readonly architecture?: string;
}

export interface BuiltLayout {
  /** Of the manifest. */
  readonly digest: string;
  readonly size: number;
}

const sha256 = (bytes: Uint8Array): string => `sha256:${createHash("sha256").update(bytes).digest("hex")}`;

const epoch = new Date(0);

/** A tar archive of the files, the same bytes for the same files. */
export const tarOf = async (files: readonly LayoutFile[]): Promise<Buffer> => {
  const archive = pack();
  const whole = buffer(archive);
  for (const file of files) {
    const header = { name: file.path, uid: file.uid ?? 0, gid: file.gid ?? 0, mtime: epoch, uname: "", gname: "" };
    if (file.linkTo !== undefined) {
      archive.entry({ ...header, type: "symlink", linkname: file.linkTo, mode: 0o777 });
    } else if (file.sourcePath !== undefined || file.content !== undefined) {
      const content = file.sourcePath === undefined ? Buffer.from(file.content ?? "") : await readFile(file.sourcePath);
      archive.entry({ ...header, type: "file", mode: file.mode ?? 0o644 }, content);
    } else {
      archive.entry({ ...header, type: "directory", mode: file.mode ?? 0o755 });
    }
  }
  archive.finalize();
  return await whole;
};

export const layerOf = (tar: Uint8Array, compression: LayerCompression = "gzip"): Layer => {
  const diffId = sha256(tar);
  if (compression === "none") return { bytes: tar, mediaType: mediaTypes.ociLayer, diffId };
  const bytes = compression === "gzip" ? gzipSync(tar, { level: 1 }) : zstdCompressSync(tar);
  return { bytes, mediaType: `${mediaTypes.ociLayer}+${compression}`, diffId };
};

/** Writes an OCI image layout of ready-made layers. https://github.com/opencontainers/image-spec/blob/main/image-layout.md */
export const writeImageLayout = async (
  options: LayoutOptions & { readonly layers: readonly Layer[] },
): Promise<BuiltLayout> => {
  const blobs = join(options.directory, "blobs", "sha256");
  await mkdir(blobs, { recursive: true });
  const put = async (
    bytes: Uint8Array,
    mediaType: string,
  ): Promise<{ mediaType: string; digest: string; size: number }> => {
    const digest = sha256(bytes);
    await writeFile(join(blobs, digest.slice("sha256:".length)), bytes);
    return { mediaType, digest, size: bytes.length };
  };
  const json = (value: object): Buffer => Buffer.from(JSON.stringify(value));
  const platform = { os: "linux", architecture: options.architecture ?? machinePlatform().architecture };
  const config = await put(
    json({
      created: epoch.toISOString(),
      ...platform,
      config: options.config,
      rootfs: { type: "layers", diff_ids: options.layers.map((layer) => layer.diffId) },
    }),
    mediaTypes.ociConfiguration,
  );
  const layers = await Promise.all(options.layers.map((layer) => put(layer.bytes, layer.mediaType)));
  const manifest = await put(
    json({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }),
    mediaTypes.ociManifest,
  );
  const annotations = { "org.opencontainers.image.ref.name": options.reference };
  await writeFile(join(options.directory, "oci-layout"), json({ imageLayoutVersion: "1.0.0" }));
  await writeFile(
    join(options.directory, "index.json"),
    json({ schemaVersion: 2, mediaType: mediaTypes.ociIndex, manifests: [{ ...manifest, platform, annotations }] }),
  );
  return { digest: manifest.digest, size: manifest.size };
};

/** Builds a one-layer image as an OCI image layout in a directory, without any container tool. */
export const buildImageLayout = async (
  options: LayoutOptions & { readonly files: readonly LayoutFile[]; readonly compression?: LayerCompression },
): Promise<BuiltLayout> =>
  await writeImageLayout({ ...options, layers: [layerOf(await tarOf(options.files), options.compression)] });
