import type { PullProgress } from "../contract.ts";

/** How much of an image is here, in bytes of its layers as they are packed. */
export interface PullMeasure {
  readonly bytes: number;
  readonly total: number;
}

/** Adds up what is told of single layers. */
export class PullMeter {
  readonly #layers = new Map<string, PullProgress>();

  add(progress: PullProgress): PullMeasure {
    this.#layers.set(progress.digest, progress);
    return this.measure;
  }

  /** The last that was told of each layer. */
  get layers(): readonly PullProgress[] {
    return [...this.#layers.values()];
  }

  /** Bytes that came from somewhere else. */
  get fetched(): number {
    return this.layers.reduce((sum, layer) => sum + (layer.wasHere === true ? 0 : layer.bytes), 0);
  }

  get measure(): PullMeasure {
    const sum = (value: (layer: PullProgress) => number): number =>
      this.layers.reduce((total, layer) => total + value(layer), 0);
    return { bytes: sum((layer) => layer.bytes), total: sum((layer) => layer.total) };
  }
}
