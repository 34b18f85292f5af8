/** How long a registry may be silent. */
export interface RegistryLimits {
  /** Before it answers; default 60,000, so that a connection may take its own 30 s and then say why it failed. */
  readonly answerMilliseconds?: number;
  /** In the midst of an answer; default 60,000. */
  readonly stallMilliseconds?: number;
}

/** Gives up what is asked of a registry, in the words of Go, once nothing has been heard of it for too long. */
export class Silence {
  readonly #limits: RegistryLimits;
  readonly #given = new AbortController();
  #timer: NodeJS.Timeout | undefined;
  /** Of whoever asks. */
  readonly asking: AbortSignal;
  /** Aborted where it was too long, or nobody asks any more. */
  readonly signal: AbortSignal;

  constructor(asking: AbortSignal, limits: RegistryLimits = {}) {
    this.#limits = limits;
    this.asking = asking;
    this.signal = AbortSignal.any([asking, this.#given.signal]);
  }

  /** Something was asked. */
  begin(): void {
    this.#limit(this.#limits.answerMilliseconds ?? 60_000);
  }

  /** Something came, and more may come. */
  heard(): void {
    this.#limit(this.#limits.stallMilliseconds ?? 60_000);
  }

  end(): void {
    clearTimeout(this.#timer);
  }

  #limit(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#given.abort(new Error("i/o timeout")), milliseconds);
  }
}
