import { statfs } from "node:fs/promises";
import {
  type Clock,
  type ControlPlaneSession,
  type Logger,
  messageOf,
  type NodeId,
  type WarmImage,
} from "@fleetless/kernel";
import type { Quiet } from "../machine/quiet.ts";
import type { ContainerRuntime } from "../runtime/contract.ts";
import { PullMeter } from "../runtime/images/pull-meter.ts";
import { PullPace } from "../runtime/images/pull-pace.ts";
import { lackOfRoom, nextWarming, type WarmState } from "./plan-warming.ts";

export interface ImageWarmerOptions {
  readonly session: Pick<ControlPlaneSession, "warmImages" | "warmImageAccess">;
  readonly nodeId: NodeId;
  readonly runtime: Pick<ContainerRuntime, "prepareImage">;
  /** On the file system that holds the images. */
  readonly directory: string;
  readonly quiet: Pick<Quiet, "calm">;
  readonly clock: Clock;
  readonly logger: Logger;
}

const retryMilliseconds = 2_000;
/** How long one image may take, in milliseconds. */
const longestPull = 60 * 60 * 1_000;

/**
 * Makes images ready ahead of their use, one after another, whatever the control plane wants ready. Nobody waits for
 * it: it rests while tasks are launched, and leaves them a share of the disk.
 */
export class ImageWarmer {
  readonly #options: ImageWarmerOptions;
  readonly #closing = new AbortController();
  readonly #states = new Map<string, WarmState>();
  #images: readonly WarmImage[] = [];
  #wake: () => void = () => undefined;
  #running: Promise<unknown> | undefined;

  constructor(options: ImageWarmerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= Promise.all([this.#follow(), this.#work()]);
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error("the agent is closing"));
    this.#wake();
    await this.#running;
  }

  /** Each image that is to be ready, and how it has fared. */
  states(): readonly WarmState[] {
    return this.#images.map(
      ({ id, reference }) => this.#states.get(id) ?? { reference, state: "waiting", bytes: 0, failures: 0, at: 0 },
    );
  }

  async #follow(): Promise<void> {
    const { session, nodeId, clock, logger } = this.#options;
    const { signal } = this.#closing;
    for (let version: string | undefined; !signal.aborted; ) {
      try {
        const list = await session.warmImages(nodeId, version, signal);
        if (list.version === version) continue;
        version = list.version;
        this.#images = list.images;
        const wanted = new Set(list.images.map(({ id }) => id));
        for (const id of this.#states.keys()) if (!wanted.has(id)) this.#states.delete(id);
        this.#wake();
      } catch (thrown) {
        if (signal.aborted) return;
        logger.debug({ error: messageOf(thrown) }, "cannot ask which images to have ready, will ask again");
        await clock.sleep(retryMilliseconds, signal).catch(() => undefined);
      }
    }
  }

  async #work(): Promise<void> {
    const { clock, quiet } = this.#options;
    const { signal } = this.#closing;
    while (!signal.aborted) {
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      const next = nextWarming(this.#images, this.#states, clock.now());
      if ("image" in next) {
        await quiet.calm();
        if (!signal.aborted) await this.#warm(next.image);
      } else {
        await this.#pause(next.after, woken);
      }
    }
  }

  async #pause(milliseconds: number, woken: Promise<void>): Promise<void> {
    if (milliseconds === Number.POSITIVE_INFINITY) return await woken;
    const waiting = new AbortController();
    const slept = this.#options.clock.sleep(milliseconds, waiting.signal).catch(() => undefined);
    await Promise.race([slept, woken]);
    waiting.abort(new Error("woken"));
  }

  async #warm(image: WarmImage): Promise<void> {
    const { clock, logger } = this.#options;
    const { id, reference, digest } = image;
    const before = this.#states.get(id);
    const meter = new PullMeter();
    const state = { reference, digest, bytes: 0, failures: before?.failures ?? 0, at: before?.at ?? 0 };
    this.#states.set(id, { ...state, state: "fetching" });
    try {
      await this.#fetch(image, meter);
      if (meter.fetched > 0)
        logger.info({ image: reference, bytes: meter.fetched }, "an image is ready ahead of its use");
      this.#told(image, { ...state, state: "ready", bytes: meter.fetched, failures: 0, at: clock.now() });
    } catch (thrown) {
      if (this.#closing.signal.aborted) return;
      const error = messageOf(thrown);
      if (before?.error !== error) logger.warn({ image: reference, error }, "an image could not be made ready");
      const failed = { ...state, bytes: meter.fetched, failures: state.failures + 1, error, at: clock.now() };
      this.#told(image, { ...failed, state: "failed" });
    }
  }

  /** Unless it is not wanted any more. */
  #told({ id }: WarmImage, state: WarmState): void {
    if (this.#images.some((image) => image.id === id)) this.#states.set(id, state);
    else this.#states.delete(id);
  }

  async #fetch({ id, reference }: WarmImage, meter: PullMeter): Promise<void> {
    const { session, runtime, quiet } = this.#options;
    const disk = await this.#disk();
    const access = await session.warmImageAccess(id);
    if (!access.ok) throw new Error(`${access.refusal.code}: ${access.refusal.message}`);
    const tooLarge = new AbortController();
    const signal = AbortSignal.any([this.#closing.signal, tooLarge.signal, AbortSignal.timeout(longestPull)]);
    await runtime.prepareImage(reference, signal, {
      access: access.value,
      pace: new PullPace(() => quiet.calm()),
      onProgress: (layer) => {
        const { total, bytes } = meter.add(layer);
        const lack = lackOfRoom(disk, total - bytes);
        if (lack !== undefined) tooLarge.abort(new Error(lack));
      },
    });
  }

  async #disk(): Promise<{ readonly size: number; readonly free: number }> {
    const { bsize, blocks, bavail } = await statfs(this.#options.directory);
    return { size: bsize * blocks, free: bsize * bavail };
  }
}
