import { createHash } from "node:crypto";
import { mkdtemp, readdir } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type Layer, layerOf, writeImageLayout } from "../../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../../packages/node-agent/src/runtime/images/manifest.ts";
import { defaultUnpackLimits } from "../../../packages/node-agent/src/runtime/images/unpack-guard.ts";
import { Machine, signal } from "./machine.ts";
import { Registry } from "./registry.ts";

const mebibyte = 1024 ** 2;
const limits = {
  ...defaultUnpackLimits,
  imageEntries: 5_000,
  imageBytes: 600 * mebibyte,
  allowanceBytes: 32 * mebibyte,
};

let machine: Machine;
let registry: Registry;
beforeAll(async () => {
  [machine, registry] = await Promise.all([Machine.create({}, { unpackLimits: limits }), Registry.start()]);
});
beforeEach(() => {
  registry.requests.length = 0;
});
afterAll(async () => {
  await Promise.all([machine.close(), registry.close()]);
});

/** A header of a tar archive; tar-stream has no words for some of what follows. */
const headerBlock = (name: string, size: number, type: "0" | "x"): Buffer => {
  const block = Buffer.alloc(512);
  block.write(name, 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${size.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write(" ".repeat(8), 148);
  block.write(type, 156);
  block.write("ustar\u000000", 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
};

const padded = (text: string): Buffer => Buffer.concat([Buffer.from(text), Buffer.alloc(512 - text.length)]);

/** Its digest is never reached: the layer is refused before it ends. */
const unfinished = (bytes: Uint8Array, compression: "gzip" | "zstd"): Layer => ({
  bytes,
  mediaType: `application/vnd.oci.image.layer.v1.tar+${compression}`,
  diffId: `sha256:${createHash("sha256").update(bytes).digest("hex")}`,
});

const chunk = Buffer.alloc(64 * mebibyte);
/** Gibibytes of nothing; compressed streams may follow each other, so that one is enough for all of them. */
const expanding = (compression: "gzip" | "zstd", times = 16): Layer => {
  const compress = (bytes: Buffer): Buffer => (compression === "gzip" ? gzipSync(bytes) : zstdCompressSync(bytes));
  const body = compress(chunk);
  const head = compress(headerBlock("zeros", times * chunk.length, "0"));
  return unfinished(Buffer.concat([head, ...Array.from({ length: times }, () => body)]), compression);
};

/** GNU's sparse format 1.0: eight gibibytes, of which a map says that one last byte is there. */
const sparse = (): Layer => {
  const realSize = String(8 * 1024 ** 3);
  const record = (key: string, value: string): string => {
    const rest = ` ${key}=${value}\n`;
    return `${rest.length + 2}${rest}`;
  };
  const attributes = [
    record("GNU.sparse.major", "1"),
    record("GNU.sparse.minor", "0"),
    record("GNU.sparse.name", "holes"),
    record("GNU.sparse.realsize", realSize),
  ].join("");
  const map = padded(`1\n${realSize}\n0\n`);
  return layerOf(
    Buffer.concat([
      headerBlock("attributes", attributes.length, "x"),
      padded(attributes),
      headerBlock("holes", map.length, "0"),
      map,
      Buffer.alloc(1024),
    ]),
  );
};

const manyEntries = (): Layer => {
  const entries = Array.from({ length: 40_000 }, (_, index) => headerBlock(`d${index % 100}/entry-${index}`, 0, "0"));
  return layerOf(Buffer.concat([...entries, Buffer.alloc(1024)]));
};

/** What an image is made of on disk: blobs, and layers unpacked. */
const leftovers = async (): Promise<readonly string[]> => {
  const root = join(machine.directory, "runtime/containerd");
  const places = [
    "content.v1.content/blobs/sha256",
    "content.v1.content/ingest",
    "snapshotter.v1.overlayfs/snapshots",
  ].map((place) => join(root, `io.containerd.${place}`));
  const found = await Promise.all(places.map(async (path) => (await readdir(path)).map((name) => join(path, name))));
  return found.flat().sort();
};

it.each<readonly [string, () => Layer, RegExp]>([
  ["gzip expands without end", () => expanding("gzip"), /expands too much to be genuine$/],
  ["zstd expands without end", () => expanding("zstd"), /expands too much to be genuine$/],
  ["sparse file has gigabytes of holes", sparse, /unpacks to more than/],
  ["layers together are too large", () => expanding("gzip", 128), /more than 600 MiB, the most that is/],
  ["layer has too many entries", manyEntries, /more than 5000 files, the most that is supported$/],
])(
  "refuses an image whose %s, and keeps nothing of it",
  async (name, layer, message) => {
    const before = await leftovers();
    expect(before.length).toBeGreaterThan(2);
    const tag = name.replaceAll(" ", "-");
    registry.putImage(tag, [layer()], {}, machinePlatform().architecture);
    const reference = `${registry.host}/team/app:${tag}`;
    await expect(machine.runtime.prepareImage(reference, signal)).rejects.toMatchObject({
      name: "CannotPullContainerError",
      message: expect.stringMatching(message),
    });
    expect(registry.requests.filter(({ path }) => path.includes("/manifests/")).length).toBeLessThanOrEqual(2); // Not again.
    expect(await leftovers()).toEqual(before);
    expect((await machine.runOne({ script: "echo fine" })).output).toBe("fine\n");
  },
  60_000,
);

it("refuses an archive that expands without end in the same words", async () => {
  const before = await leftovers();
  const directory = await mkdtemp(join(machine.directory, "bomb-"));
  await writeImageLayout({ directory, reference: "bomb", layers: [expanding("gzip", 128)], config: {} });
  await expect(machine.runtime.importImage(directory)).rejects.toThrow(
    /more than 600 MiB, the most that is supported$/,
  );
  expect(await leftovers()).toEqual(before);
});
