import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { mkdtemp, open, readFile, rm, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { mediaTypes } from "@fleetless/oci";
import { extract } from "tar-stream";
import type { Descriptor } from "../containerd/messages.ts";
import type { ImageSource } from "./image-store.ts";
import { InvalidImageError, imageLimits, parseDescriptor, parseJson } from "./manifest.ts";

/** The images found in an archive or a layout directory. */
export interface Archive {
  readonly images: readonly { readonly references: readonly string[]; readonly target: Descriptor }[];
  readonly source: ImageSource;
  close(): Promise<void>;
}

/** The files of an archive by their names in it. Nothing is ever written under a name that the archive chose. */
interface ArchiveFiles {
  pathOf(name: string): string | undefined;
  close(): Promise<void>;
}

const entryLimit = 10_000;

const extractFiles = async (path: string, workDirectory: string): Promise<ArchiveFiles> => {
  const directory = await mkdtemp(join(workDirectory, "import-"));
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  const clean = (name: string): string => posix.normalize(`/${name}`).slice(1);
  const unpacking = extract();
  unpacking.on("entry", (header, stream, next) => {
    const name = clean(header.name);
    if (files.size + links.size >= entryLimit) return next(new InvalidImageError("the archive has too many entries"));
    if (header.type === "file" && (header.size ?? 0) <= imageLimits.layerBytes) {
      const target = join(directory, String(files.size));
      files.set(name, target);
      pipeline(stream, createWriteStream(target, { mode: 0o600 })).then(() => next(), next);
      return;
    }
    const linkTo = header.linkname ?? "";
    if (header.type === "symlink") links.set(name, clean(posix.join(posix.dirname(name), linkTo)));
    if (header.type === "link") links.set(name, clean(linkTo));
    stream.on("end", () => next());
    stream.resume();
  });
  const close = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    const handle = await open(path);
    const magic = Buffer.alloc(2);
    await handle.read(magic, 0, 2, 0);
    await handle.close();
    const input = createReadStream(path);
    if (magic[0] === 0x1f && magic[1] === 0x8b) await pipeline(input, createGunzip(), unpacking);
    else await pipeline(input, unpacking);
  } catch (thrown) {
    await close();
    if (thrown instanceof InvalidImageError) throw thrown;
    throw new InvalidImageError(`${path} is not a tar archive: ${thrown instanceof Error ? thrown.message : thrown}`);
  }
  const pathOf = (name: string, depth = 0): string | undefined => {
    const link = links.get(name);
    return files.get(name) ?? (link === undefined || depth > 8 ? undefined : pathOf(link, depth + 1));
  };
  return { pathOf: (name) => pathOf(clean(name)), close };
};

const blobName = (digest: string): string => `blobs/sha256/${digest.slice("sha256:".length)}`;

const readFileWithin = async (path: string | undefined, name: string, limit: number): Promise<Buffer> => {
  if (path === undefined) throw new InvalidImageError(`the archive has no ${name}`);
  const size = await stat(path).then(
    (found) => found.size,
    () => -1,
  );
  if (size < 0) throw new InvalidImageError(`the archive has no ${name}`);
  if (size > limit) throw new InvalidImageError(`${name} is larger than ${limit} bytes`);
  return await readFile(path);
};

const verified = (bytes: Buffer, descriptor: Descriptor): Buffer => {
  if (`sha256:${createHash("sha256").update(bytes).digest("hex")}` !== descriptor.digest)
    throw new InvalidImageError(`the content of ${descriptor.digest} has another digest`);
  return bytes;
};

const sourceOf = (pathOf: (digest: string) => string | undefined, made: ReadonlyMap<string, Buffer>): ImageSource => ({
  readWhole: async (descriptor, limit) => {
    const ready = made.get(descriptor.digest);
    if (ready !== undefined) return ready;
    return verified(await readFileWithin(pathOf(descriptor.digest), descriptor.digest, limit), descriptor);
  },
  readBlob: (descriptor, offset) => {
    const path = pathOf(descriptor.digest);
    if (path === undefined) throw new InvalidImageError(`the archive has no blob ${descriptor.digest}`);
    return createReadStream(path, { start: offset, highWaterMark: 1024 * 1024 });
  },
});

const nameAnnotations = ["io.containerd.image.name", "org.opencontainers.image.ref.name"];

const readLayout = async (files: ArchiveFiles): Promise<Archive> => {
  const index = parseJson(
    await readFileWithin(files.pathOf("index.json"), "index.json", imageLimits.manifestBytes),
    "index.json",
  );
  const manifests = index.manifests;
  if (!Array.isArray(manifests) || manifests.length === 0 || manifests.length > imageLimits.indexEntries)
    throw new InvalidImageError("index.json names no images");
  const images = manifests.map((entry: unknown) => {
    const target = parseDescriptor(entry, "an entry of index.json");
    const annotations: unknown =
      typeof entry === "object" && entry !== null && "annotations" in entry ? entry.annotations : {};
    const named = typeof annotations === "object" && annotations !== null ? Object.entries(annotations) : [];
    const names = nameAnnotations.flatMap((key) =>
      named.filter(([name]) => name === key).map(([, value]) => String(value)),
    );
    return { references: names.slice(0, 1), target };
  });
  return {
    images,
    source: sourceOf((digest) => files.pathOf(blobName(digest)), new Map()),
    close: () => files.close(),
  };
};

const digestOf = async (path: string): Promise<{ readonly digest: string; readonly size: number }> => {
  const hash = createHash("sha256");
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: `sha256:${hash.digest("hex")}`, size };
};

/** `docker save` without an OCI index: manifest.json names a configuration and layers, of which we make a manifest. */
const readDockerArchive = async (files: ArchiveFiles): Promise<Archive> => {
  const listed = await readFileWithin(files.pathOf("manifest.json"), "manifest.json", imageLimits.manifestBytes);
  const entries: unknown = JSON.parse(listed.toString());
  if (!Array.isArray(entries)) throw new InvalidImageError("manifest.json is not a list");
  const paths = new Map<string, string>();
  const made = new Map<string, Buffer>();
  const images: { references: readonly string[]; target: Descriptor }[] = [];
  const describe = async (
    name: unknown,
    mediaType: string,
  ): Promise<{ mediaType: string; digest: string; size: number }> => {
    const path = typeof name === "string" ? files.pathOf(name) : undefined;
    if (path === undefined) throw new InvalidImageError(`the archive has no ${String(name).slice(0, 200)}`);
    const found = await digestOf(path);
    paths.set(found.digest, path);
    return { mediaType, ...found };
  };
  for (const entry of entries.slice(0, imageLimits.indexEntries) as readonly unknown[]) {
    const fields = parseJson(Buffer.from(JSON.stringify(entry)), "an entry of manifest.json");
    const names: readonly unknown[] = Array.isArray(fields.Layers) ? fields.Layers : [];
    const tags: readonly unknown[] = Array.isArray(fields.RepoTags) ? fields.RepoTags : [];
    if (names.length > imageLimits.layers) throw new InvalidImageError("the image has too many layers");
    const config = await describe(fields.Config, mediaTypes.ociConfiguration);
    const layers = [];
    for (const name of names) layers.push(await describe(name, mediaTypes.ociLayer));
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: mediaTypes.ociManifest, config, layers }));
    const digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    made.set(digest, bytes);
    images.push({
      references: tags.filter((tag) => typeof tag === "string"),
      target: { media_type: mediaTypes.ociManifest, digest, size: bytes.length },
    });
  }
  return { images, source: sourceOf((digest) => paths.get(digest), made), close: () => files.close() };
};

/**
 * Opens an OCI archive, a docker archive (either may be gzipped) or an OCI layout directory. Archives are
 * spread out under `workDirectory` until `close`. Throws InvalidImageError.
 */
export const openArchive = async (path: string, workDirectory: string): Promise<Archive> => {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined) throw new InvalidImageError(`${path} does not exist`);
  if (found.isDirectory()) {
    if (!existsSync(join(path, "index.json")))
      throw new InvalidImageError(`${path} is a directory and no OCI image layout: it has no index.json`);
    const safe = /^(?:index\.json|oci-layout|blobs\/sha256\/[0-9a-f]{64})$/;
    return await readLayout({
      pathOf: (name) => (safe.test(name) ? join(path, name) : undefined),
      close: async () => undefined,
    });
  }
  const files = await extractFiles(path, workDirectory);
  try {
    if (files.pathOf("index.json") !== undefined) return await readLayout(files);
    if (files.pathOf("manifest.json") !== undefined) return await readDockerArchive(files);
    throw new InvalidImageError(`${path} is neither an OCI archive (index.json) nor a docker archive (manifest.json)`);
  } catch (thrown) {
    await files.close();
    throw thrown;
  }
};
