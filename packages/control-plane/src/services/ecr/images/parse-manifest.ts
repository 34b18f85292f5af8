import { mediaTypes } from "@fleetless/oci";
import type { ContentDescriptor } from "../collections.ts";
import { isDigest } from "../names.ts";

/** What a manifest or index says, as far as a registry must know it. */
export interface ParsedManifest {
  readonly kind: "image" | "index";
  readonly mediaType: string;
  readonly artifactType?: string;
  /** Configuration and layers that the registry must have; not those that are fetched from elsewhere. */
  readonly blobs: readonly ContentDescriptor[];
  readonly manifests: readonly ContentDescriptor[];
  readonly subject?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

const kinds: ReadonlyMap<string, "image" | "index"> = new Map<string, "image" | "index">([
  [mediaTypes.ociManifest, "image"],
  [mediaTypes.dockerManifest, "image"],
  [mediaTypes.ociIndex, "index"],
  [mediaTypes.dockerList, "index"],
]);

const maximumEntries = 4_200;
const maximumAnnotationBytes = 256 * 1024;

/** A manifest that is not what its media type says. */
export class InvalidManifestError extends Error {
  override readonly name = "InvalidManifestError";
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const fieldsOf = (value: unknown, what: string): Fields => {
  if (!isFields(value)) throw new InvalidManifestError(`${what} is not a JSON object`);
  return value;
};

const annotationsOf = (value: unknown, what: string): Readonly<Record<string, string>> | undefined => {
  if (value === undefined || value === null) return undefined;
  const entries = Object.entries(fieldsOf(value, `the annotations of ${what}`)).map(([key, text]) => {
    if (typeof text !== "string") throw new InvalidManifestError(`the annotation ${key} of ${what} is not a string`);
    return [key, text] as const;
  });
  const size = entries.reduce((sum, [key, text]) => sum + key.length + text.length, 0);
  if (size > maximumAnnotationBytes) throw new InvalidManifestError(`the annotations of ${what} are too large`);
  return Object.fromEntries(entries);
};

const descriptorOf = (value: unknown, what: string): ContentDescriptor & { readonly isForeign: boolean } => {
  const { mediaType, digest, size, artifactType, annotations, urls } = fieldsOf(value, what);
  if (typeof mediaType !== "string" || mediaType === "") throw new InvalidManifestError(`${what} has no mediaType`);
  if (typeof digest !== "string" || !isDigest(digest)) {
    throw new InvalidManifestError(`${what} has no digest of sha256 or sha512`);
  }
  if (typeof size !== "number" || !Number.isSafeInteger(size) || size < 0) {
    throw new InvalidManifestError(`${what} has no valid size`);
  }
  const noted = annotationsOf(annotations, what);
  return {
    mediaType,
    digest,
    size,
    ...(typeof artifactType === "string" ? { artifactType } : {}),
    ...(noted === undefined ? {} : { annotations: noted }),
    isForeign: Array.isArray(urls) && urls.length > 0,
  };
};

const listOf = (value: unknown, what: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new InvalidManifestError(`the manifest has no ${what}`);
  if (value.length > maximumEntries) {
    throw new InvalidManifestError(`the manifest has ${value.length} ${what}; at most ${maximumEntries} are allowed`);
  }
  return value;
};

const withoutForeign = ({ isForeign: _, ...descriptor }: ReturnType<typeof descriptorOf>): ContentDescriptor =>
  descriptor;

/**
 * Reads a manifest of one of Docker's or OCI's media types. Without a given type, the manifest's own decides.
 * Throws InvalidManifestError. https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
export const parseManifest = (bytes: Uint8Array, givenType: string | undefined): ParsedManifest => {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new InvalidManifestError("the manifest is not JSON");
  }
  const fields = fieldsOf(value, "the manifest");
  if (fields.schemaVersion !== 2) {
    throw new InvalidManifestError("the manifest's schemaVersion is not 2; Docker's schema 1 is not supported");
  }
  const own = typeof fields.mediaType === "string" && fields.mediaType !== "" ? fields.mediaType : undefined;
  if (own !== undefined && givenType !== undefined && own !== givenType) {
    throw new InvalidManifestError(`the manifest says that it is ${own.slice(0, 200)}, the request ${givenType}`);
  }
  const guessed = Array.isArray(fields.manifests) ? mediaTypes.ociIndex : mediaTypes.ociManifest;
  const mediaType = own ?? givenType ?? guessed;
  const kind = kinds.get(mediaType);
  if (kind === undefined)
    throw new InvalidManifestError(`manifests of type ${mediaType.slice(0, 200)} are not supported`);
  if (fields.layers !== undefined && fields.manifests !== undefined) {
    throw new InvalidManifestError("the manifest has both layers and manifests");
  }
  const annotations = annotationsOf(fields.annotations, "the manifest");
  const subject = fields.subject === undefined ? undefined : descriptorOf(fields.subject, "the subject").digest;
  const common = {
    mediaType,
    ...(annotations === undefined ? {} : { annotations }),
    ...(subject === undefined ? {} : { subject }),
  };
  const named = typeof fields.artifactType === "string" ? { artifactType: fields.artifactType } : {};
  if (kind === "index") {
    const manifests = listOf(fields.manifests, "manifests").map((entry, position) =>
      withoutForeign(descriptorOf(entry, `manifest ${position}`)),
    );
    return { kind, ...common, ...named, blobs: [], manifests };
  }
  const config = descriptorOf(fields.config, "the configuration");
  const layers = listOf(fields.layers, "layers").map((entry, position) => descriptorOf(entry, `layer ${position}`));
  return {
    kind,
    ...common,
    artifactType: config.mediaType,
    ...named,
    blobs: [config, ...layers].filter(({ isForeign }) => !isForeign).map(withoutForeign),
    manifests: [],
  };
};
