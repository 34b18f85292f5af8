import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Layer, layerOf, tarOf } from "../../../packages/node-agent/src/runtime/images/build-layout.ts";
import { machinePlatform } from "../../../packages/node-agent/src/runtime/images/manifest.ts";
import { Registry } from "../../integration/runtime/registry.ts";
import type { Belongings } from "./belongings.ts";
import type { Random } from "./random.ts";
import { RegistryLine } from "./registry-line.ts";

const execute = promisify(execFile);
const applets = ["sh", "sleep", "date"];
const files = [
  { path: "bin/busybox", mode: 0o755, sourcePath: "/usr/bin/busybox" },
  ...applets.map((applet) => ({ path: `bin/${applet}`, linkTo: "busybox" })),
];
const layerBytes = 2 * 1024 * 1024;
/** More than a layer, so that some pulls break in the first and some in the last. */
const frailBytes = 3 * 1024 * 1024;
/** So many images in a row have the layer in the middle in common, so that pulls of several share one. */
const sharing = 4;

/** A registry behind a line, with one more image for each task that wants one: none is on the machine before. */
export class PulledImages {
  readonly #registry: Registry;
  readonly line: RegistryLine;
  readonly #base: Layer;
  #shared: Layer;
  #made = 0;

  private constructor(registry: Registry, line: RegistryLine, base: Layer) {
    this.#registry = registry;
    this.line = line;
    this.#base = base;
    this.#shared = base;
  }

  static async open(random: Random): Promise<PulledImages> {
    const registry = await Registry.start();
    const line = await RegistryLine.to(registry.host, random, frailBytes);
    return new PulledImages(registry, line, layerOf(await tarOf(files), "none"));
  }

  /** The reference of an image that nobody has pulled. */
  async next(): Promise<string> {
    if (this.#made % sharing === 0) this.#shared = await this.#layer("shared");
    this.#made += 1;
    const tag = `n${this.#made}`;
    const layers = [this.#base, this.#shared, await this.#layer("own")];
    this.#registry.putImage(tag, layers, { Env: ["PATH=/bin"] }, machinePlatform().architecture);
    return `${this.line.host}/team/app:${tag}`;
  }

  async #layer(path: string): Promise<Layer> {
    return layerOf(await tarOf([{ path, content: randomBytes(layerBytes) }]), "none");
  }

  async close(): Promise<void> {
    await this.line.close();
    await this.#registry.close();
  }
}

/** What containerd holds of images that are not whole: nothing, where no pull is under way. */
export const remainsOfPulls = async ({ containerdSocket, namespace, dataDirectory }: Belongings): Promise<string[]> => {
  const ctr = async (...command: readonly string[]): Promise<string[]> =>
    (await execute("ctr", ["--address", containerdSocket, "--namespace", namespace, ...command])).stdout
      .split("\n")
      .filter(Boolean);
  const ingests = join(dataDirectory, "node/runtime/runtime/containerd/io.containerd.content.v1.content/ingest");
  const [leases, images, [, ...rows]] = await Promise.all([
    ctr("leases", "ls", "-q"),
    ctr("images", "ls", "-q"),
    ctr("snapshots", "ls"),
  ]);
  const snapshots = rows.map((row) => {
    const [key = "", ...rest] = row.trim().split(/\s+/);
    return { key, parent: rest.length > 1 ? (rest[0] ?? "") : "", kind: rest.at(-1) };
  });
  const byKey = new Map(snapshots.map((snapshot) => [snapshot.key, snapshot]));
  const used = new Set<string>();
  const views = snapshots.filter(({ kind }) => kind === "View");
  for (const view of views)
    for (let at = byKey.get(view.parent); at !== undefined; at = byKey.get(at.parent)) used.add(at.key);
  // Between an image's record and its view an agent may have been killed; the view is made when the image is used.
  const unused =
    images.length > views.length ? [] : snapshots.filter(({ key, kind }) => kind === "Committed" && !used.has(key));
  return [
    ...leases.map((lease) => `lease ${lease}`),
    ...readdirSync(ingests).map((name) => `half a blob ${name}`),
    ...snapshots.filter(({ kind }) => kind === "Active").map(({ key }) => `half a snapshot ${key}`),
    ...unused.map(({ key }) => `snapshot ${key} of no image`),
  ];
};
