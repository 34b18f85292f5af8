import { isDigest, manifestLimit } from "@fleetless/oci";
import type { Descriptor } from "../containerd/messages.ts";

/** Limits on what a registry or an archive may hand us. */
export const imageLimits = {
  manifestBytes: manifestLimit,
  configurationBytes: 8 * 1024 * 1024,
  layers: 127,
  indexEntries: 1000,
  layerBytes: 100 * 1024 ** 3,
} as const;

export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export interface ImageManifest {
  readonly mediaType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
}

export interface ImageIndex {
  readonly manifests: readonly (Descriptor & { readonly platform?: Platform })[];
}

export interface ImageConfiguration {
  readonly diffIds: readonly string[];
  readonly entryPoint: readonly string[];
  readonly command: readonly string[];
  readonly environment: readonly string[];
  readonly workingDirectory: string;
  readonly user: string;
  readonly stopSignal: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly volumes: readonly string[];
  readonly platform: Platform;
}

/** An image that is not what the OCI image specification or Docker's schema 2 says. */
export class InvalidImageError extends Error {
  override readonly name = "InvalidImageError";
}

const layerTypes = new Set([
  "application/vnd.oci.image.layer.v1.tar",
  "application/vnd.oci.image.layer.v1.tar+gzip",
  "application/vnd.oci.image.layer.v1.tar+zstd",
  "application/vnd.docker.image.rootfs.diff.tar",
  "application/vnd.docker.image.rootfs.diff.tar.gzip",
  "application/vnd.docker.image.rootfs.diff.tar.zstd",
]);

const record = (value: unknown, what: string): Readonly<Record<string, unknown>> => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new InvalidImageError(`${what} is not a JSON object`);
  return value as Readonly<Record<string, unknown>>;
};

const strings = (value: unknown, what: string): readonly string[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === "string"))
    throw new InvalidImageError(`${what} is not a list of strings`);
  return value;
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export const parseJson = (bytes: Uint8Array, what: string): Readonly<Record<string, unknown>> => {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new InvalidImageError(`${what} is not JSON`);
  }
  return record(value, what);
};

export const parseDescriptor = (value: unknown, what: string): Descriptor => {
  const fields = record(value, what);
  const { mediaType, digest, size } = fields;
  if (typeof mediaType !== "string") throw new InvalidImageError(`${what} has no mediaType`);
  if (typeof digest !== "string" || !isDigest(digest))
    throw new InvalidImageError(`${what} has no sha256 digest; other algorithms are not supported`);
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0)
    throw new InvalidImageError(`${what} has no valid size`);
  return { media_type: mediaType, digest, size };
};

const parsePlatform = (value: unknown): Platform | undefined => {
  if (value === undefined || value === null) return undefined;
  const fields = record(value, "a platform");
  const variant = text(fields.variant);
  return { os: text(fields.os), architecture: text(fields.architecture), ...(variant === "" ? {} : { variant }) };
};

/** A manifest or, where the image is made for several platforms, an index of manifests. */
export const parseManifestOrIndex = (
  bytes: Uint8Array,
  mediaType: string,
):
  | { readonly kind: "manifest"; readonly manifest: ImageManifest }
  | { readonly kind: "index"; readonly index: ImageIndex } => {
  const fields = parseJson(bytes, "the manifest");
  if (fields.schemaVersion !== 2)
    throw new InvalidImageError("the manifest's schema version is not 2; Docker schema 1 is not supported");
  if (Array.isArray(fields.manifests)) {
    const entries: readonly unknown[] = fields.manifests;
    if (entries.length > imageLimits.indexEntries)
      throw new InvalidImageError(`the index has more than ${imageLimits.indexEntries} entries`);
    const manifests = entries.map((entry) => {
      const platform = parsePlatform(record(entry, "an entry of the index").platform);
      return { ...parseDescriptor(entry, "an entry of the index"), ...(platform === undefined ? {} : { platform }) };
    });
    return { kind: "index", index: { manifests } };
  }
  const layers = fields.layers;
  if (!Array.isArray(layers)) throw new InvalidImageError("the manifest has no layers");
  if (layers.length > imageLimits.layers)
    throw new InvalidImageError(`the image has ${layers.length} layers; at most ${imageLimits.layers} are supported`);
  const parsed = layers.map((layer, position) => parseDescriptor(layer, `layer ${position}`));
  for (const layer of parsed) {
    if (!layerTypes.has(layer.media_type))
      throw new InvalidImageError(`layers of type ${layer.media_type.slice(0, 120)} are not supported`);
    if (layer.size > imageLimits.layerBytes) throw new InvalidImageError(`layer ${layer.digest} is too large`);
  }
  const config = parseDescriptor(fields.config, "the manifest's config");
  if (config.size > imageLimits.configurationBytes)
    throw new InvalidImageError("the image's configuration is larger than 8 MiB");
  return {
    kind: "manifest",
    manifest: { mediaType: text(fields.mediaType) || mediaType, config, layers: parsed },
  };
};

const nodeArchitectures: Readonly<Record<string, Platform>> = {
  x64: { os: "linux", architecture: "amd64" },
  arm64: { os: "linux", architecture: "arm64", variant: "v8" },
};

/** This machine's platform in Go's words. */
export const machinePlatform = (): Platform => {
  const platform = nodeArchitectures[process.arch];
  if (platform === undefined) throw new Error(`Machines of architecture ${process.arch} are not supported`);
  return platform;
};

/** The entry of an index for this platform, or undefined. An entry of the very same variant is preferred. */
export const choosePlatform = (index: ImageIndex, platform: Platform): Descriptor | undefined => {
  const fitting = index.manifests.filter(
    (entry) => entry.platform?.os === platform.os && entry.platform.architecture === platform.architecture,
  );
  const exact = fitting.find((entry) => entry.platform?.variant === platform.variant);
  const only =
    index.manifests.length === 1 && index.manifests[0]?.platform === undefined ? index.manifests[0] : undefined;
  return exact ?? fitting[0] ?? only;
};

export const parseConfiguration = (bytes: Uint8Array): ImageConfiguration => {
  const fields = parseJson(bytes, "the image's configuration");
  const rootfs = record(fields.rootfs ?? {}, "rootfs");
  const config = record(fields.config ?? {}, "config");
  const diffIds = strings(rootfs.diff_ids, "diff_ids");
  if (!diffIds.every(isDigest)) throw new InvalidImageError("a diff_id is not a sha256 digest");
  const labels = Object.entries(record(config.Labels ?? {}, "Labels")).map(([key, value]) => [key, text(value)]);
  const platform: unknown = { os: fields.os, architecture: fields.architecture, variant: fields.variant };
  return {
    diffIds,
    entryPoint: strings(config.Entrypoint, "Entrypoint"),
    command: strings(config.Cmd, "Cmd"),
    environment: strings(config.Env, "Env"),
    workingDirectory: text(config.WorkingDir),
    user: text(config.User),
    stopSignal: text(config.StopSignal) || "SIGTERM",
    labels: Object.fromEntries(labels),
    volumes: Object.keys(record(config.Volumes ?? {}, "Volumes")),
    platform: parsePlatform(platform) ?? { os: "linux", architecture: "" },
  };
};
