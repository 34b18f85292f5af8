import { createHash } from "node:crypto";
import { createReadStream, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pipeline } from "node:stream/promises";
import { digestOf } from "./distribution-client.ts";

export interface PushedBlob {
  readonly digest: string;
  readonly size: number;
}

interface UploadsOfClients {
  /** How many clients asked for. */
  readonly begun: number;
  /** Ids of those whose end was acknowledged. */
  readonly ended: ReadonlySet<string>;
}

/** A manifest of layers, and the configuration that it names. */
export const manifestOf = (
  layers: readonly Buffer[],
): { readonly manifest: Buffer; readonly configuration: Buffer } => {
  const diffIds = layers.map(digestOf);
  const rootfs = { type: "layers", diff_ids: diffIds };
  const configuration = Buffer.from(JSON.stringify({ architecture: "amd64", os: "linux", config: {}, rootfs }));
  const described = (bytes: Buffer, kind: string) => ({
    mediaType: `application/vnd.oci.image.${kind}`,
    digest: digestOf(bytes),
    size: bytes.length,
  });
  const manifest = {
    schemaVersion: 2,
    mediaType: "application/vnd.oci.image.manifest.v1+json",
    config: described(configuration, "config.v1+json"),
    layers: layers.map((bytes) => described(bytes, "layer.v1.tar")),
  };
  return { manifest: Buffer.from(JSON.stringify(manifest)), configuration };
};

interface StoredRegistry {
  readonly uploads: readonly { readonly id: string }[];
  readonly links: readonly PushedBlob[];
  readonly images: readonly { readonly digest: string; readonly blobs: readonly PushedBlob[] }[];
}

/** What the embedded store says of the registry, of one moment. */
const storedRegistry = (dataDirectory: string): StoredRegistry => {
  const store = new DatabaseSync(join(dataDirectory, "control-plane", "store.sqlite"), { readOnly: true });
  const bodies = (collection: string) =>
    store
      .prepare("SELECT body FROM documents WHERE collection = ?")
      .all(collection)
      .map(({ body }) => JSON.parse(String(body)));
  try {
    store.exec("BEGIN");
    return { uploads: bodies("ecr.uploads"), links: bodies("ecr.blobs"), images: bodies("ecr.images") };
  } finally {
    store.close();
  }
};

const fileDigest = async (path: string): Promise<string> => {
  const hash = createHash("sha256");
  await pipeline(createReadStream(path), hash);
  return `sha256:${hash.digest("hex")}`;
};

const filesBelow = (directory: string): string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));

/**
 * What is wrong with a registry that nobody pushes to and whose garbage was just collected: a blob that is needed and
 * not there, one that is there and not needed or not what its name says, a trace of an upload that has ended.
 */
export const registryRemains = async (dataDirectory: string, clients: UploadsOfClients): Promise<string[]> => {
  const { uploads, links, images } = storedRegistry(dataDirectory);
  const files = filesBelow(join(dataDirectory, "registry", "blobs"));
  const there = new Set(files.map((path) => `sha256:${basename(path)}`));
  const needed = new Set([...links, ...images].map(({ digest }) => digest));
  const linked = new Set(links.map(({ digest }) => digest));
  const open = new Set(uploads.map(({ id }) => id));
  const staged = readdirSync(join(dataDirectory, "registry", "uploads"));
  const digests = await Promise.all(files.map(async (path) => ({ path, digest: await fileDigest(path) })));
  const mostOpen = clients.begun - clients.ended.size;
  return [
    ...[...needed].filter((digest) => !there.has(digest)).map((digest) => `registry: blob ${digest} is not there`),
    ...[...there].filter((digest) => !needed.has(digest)).map((digest) => `registry: nothing needs blob ${digest}`),
    ...digests
      .filter(({ path, digest }) => digest !== `sha256:${basename(path)}`)
      .map(({ path, digest }) => `registry: ${path} is ${digest}`),
    ...images.flatMap(({ digest: image, blobs }) =>
      blobs
        .filter(({ digest }) => !linked.has(digest))
        .map(({ digest }) => `registry: image ${image} names ${digest}, which its repository has not`),
    ),
    ...[...open].filter((id) => clients.ended.has(id)).map((id) => `registry: upload ${id} has ended and is open`),
    ...(open.size > mostOpen ? [`registry: ${open.size} uploads are open, ${mostOpen} at most were not ended`] : []),
    ...staged.filter((name) => !open.has(name)).map((name) => `registry: ${name} is staged for no upload`),
  ];
};
