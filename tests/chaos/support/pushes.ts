import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CreateRepositoryCommand, ECRClient, GetAuthorizationTokenCommand } from "@aws-sdk/client-ecr";
import type { FleetlessInstance } from "../../e2e/support/instance.ts";
import { DistributionClient, digestOf } from "./distribution-client.ts";
import { persist } from "./persist.ts";
import type { Random } from "./random.ts";
import { RegistryLine } from "./registry-line.ts";
import { manifestOf, type PushedBlob, registryRemains } from "./registry-remains.ts";

const repository = "chaos/pushed";
/** Clients that push side by side; some of their layers are the same. */
const pushers = 2;
const largestLayer = 1_500_000;
/** Less than one request of a push carries. */
const frailBytes = 300_000;
/** One push of so many is given up in the middle of a layer, one goes on with a pull of what was pushed before. */
const abandonedOf = 5;
const pulledOf = 3;

interface Pushed {
  readonly tag: string;
  readonly digest: string;
  readonly manifest: Buffer;
  readonly blobs: readonly PushedBlob[];
}

/** Pushes images to an instance's own registry, and pulls them, over a line that breaks. */
export class Pushes {
  readonly line: RegistryLine;
  /** What was acknowledged, in this order. */
  readonly #pushed: Pushed[] = [];
  /** By pusher, the last image that its own moving tag was acknowledged for. */
  readonly #latest = new Map<string, string>();
  readonly failures: string[] = [];
  readonly #instance: FleetlessInstance;
  readonly #client: DistributionClient;
  /** Past the line. */
  readonly #direct: DistributionClient;
  readonly #shared: Buffer[] = [];
  #pulled = 0;
  #abandoned = 0;

  private constructor(instance: FleetlessInstance, line: RegistryLine, password: string) {
    this.line = line;
    this.#instance = instance;
    this.#client = new DistributionClient({ host: line.host, repository, password });
    this.#direct = new DistributionClient({ host: new URL(instance.endpoint).host, repository, password });
  }

  /** Makes the repository, and a line to the registry of an instance that is up. */
  static async open(instance: FleetlessInstance, random: Random): Promise<Pushes> {
    const ecr = new ECRClient(instance.clientSettings);
    await ecr.send(new CreateRepositoryCommand({ repositoryName: repository }));
    const { authorizationData } = await ecr.send(new GetAuthorizationTokenCommand({}));
    const token = Buffer.from(authorizationData?.[0]?.authorizationToken ?? "", "base64").toString("utf8");
    ecr.destroy();
    const line = await RegistryLine.to(new URL(instance.endpoint).host, random, frailBytes);
    return new Pushes(instance, line, token.replace(/^AWS:/, ""));
  }

  get counts() {
    return {
      "images pushed": this.#pushed.length,
      "images pulled back": this.#pulled,
      "pushes given up": this.#abandoned,
      "uploads resumed": this.#client.resumed,
      "pushes' connections broken": this.line.broken,
    };
  }

  /** Goes on until the signal is aborted, and ends what was begun. */
  async run(random: Random, pauseMilliseconds: number, signal: AbortSignal): Promise<void> {
    const push = async (pusher: number): Promise<void> => {
      for (let number = 1; !signal.aborted; number += 1) {
        await this.#turn(`p${pusher}`, number, random).catch((thrown: unknown) => {
          this.failures.push(`push ${pusher}.${number}: ${String(thrown)}`);
        });
        await sleep(random.between(0, pauseMilliseconds * 2), undefined, { signal }).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: pushers }, (_, pusher) => push(pusher)));
  }

  async #turn(pusher: string, number: number, random: Random): Promise<void> {
    const own = randomBytes(random.between(1, largestLayer));
    if (random.between(1, abandonedOf) === 1) {
      await this.#client.abandonUpload(own);
      this.#abandoned += 1;
    }
    const layers = [this.#sharedLayer(number), own];
    const { manifest, configuration } = manifestOf(layers);
    // As clients do: the layers side by side, the manifest once all of them are there.
    await Promise.all([...layers, configuration].map((bytes) => this.#client.pushBlob(bytes)));
    const latest = `${pusher}-latest`;
    const tag = `${pusher}-${number}`;
    const digest = await this.#client.pushManifest(manifest, tag, latest);
    this.#latest.set(latest, digest);
    const blobs = [...layers, configuration].map((bytes) => ({ digest: digestOf(bytes), size: bytes.length }));
    this.#pushed.push({ tag, digest, manifest, blobs });
    const before = random.between(1, pulledOf) === 1 ? random.pick(this.#pushed) : undefined;
    if (before === undefined) return;
    await this.#pull(this.#client, before);
    this.#pulled += 1;
  }

  /** The pushers' pushes of one number have one layer in common. */
  #sharedLayer(number: number): Buffer {
    const layer = this.#shared[number] ?? randomBytes(largestLayer / 3);
    this.#shared[number] = layer;
    return layer;
  }

  async #pull(client: DistributionClient, { tag, manifest, blobs }: Pushed): Promise<void> {
    if (!(await client.pullManifest(tag)).equals(manifest)) throw new Error(`${tag} is another manifest`);
    for (const { digest, size } of blobs) await client.pullBlob(digest, size);
  }

  /** What was acknowledged and is not there, whole. */
  async lost(): Promise<string[]> {
    const complaints: string[] = [];
    for (const pushed of this.#pushed)
      await this.#pull(this.#direct, pushed).catch((thrown: unknown) => {
        complaints.push(`image ${pushed.tag}: ${String(thrown)}`);
      });
    for (const [tag, digest] of this.#latest) {
      const found = digestOf(await persist(() => this.#direct.pullManifest(tag)));
      if (found !== digest) complaints.push(`${tag} is ${found}, ${digest} was acknowledged last`);
    }
    return complaints;
  }

  /** What the registry holds beside what is needed, or lacks of it; to be asked once nobody pushes any more. */
  remains(): Promise<string[]> {
    const { uploadsBegun, uploadsEnded } = this.#client;
    return registryRemains(this.#instance.dataDirectory, { begun: uploadsBegun, ended: uploadsEnded });
  }
}
