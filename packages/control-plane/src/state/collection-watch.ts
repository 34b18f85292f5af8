import { FeedTruncatedError, type Store } from "./store.ts";

const changesAtOnce = 1_000;

/**
 * Says cheaply whether documents of some collections have changed: what a cache needs to be as fresh as the
 * store. Reads the feed only after a commit.
 */
export class CollectionWatch {
  readonly #store: Store;
  readonly #collections: ReadonlySet<string>;
  readonly #leave: () => void;
  #sequence: number | undefined;
  #generation = 0;
  #committed = true;
  #reading: Promise<void> | undefined;

  constructor(store: Store, collections: readonly string[]) {
    this.#store = store;
    this.#collections = new Set(collections);
    this.#leave = store.onCommit(() => {
      this.#committed = true;
    });
  }

  /** A number that is another after every commit that changed a document of the collections. */
  async generation(): Promise<number> {
    // One reading may have begun before the last commit; the one after it has not.
    if (this.#reading !== undefined) await this.#reading;
    if (this.#committed) {
      this.#reading ??= this.#follow().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    return this.#generation;
  }

  close(): void {
    this.#leave();
  }

  async #follow(): Promise<void> {
    this.#committed = false;
    try {
      while (await this.#readOn()) {
        // A full page: there may be more.
      }
    } catch (thrown) {
      this.#committed = true;
      throw thrown;
    }
  }

  async #readOn(): Promise<boolean> {
    this.#sequence ??= await this.#restart();
    try {
      const changes = await this.#store.changes(this.#sequence, changesAtOnce);
      if (changes.some(({ collection }) => this.#collections.has(collection))) this.#generation += 1;
      this.#sequence = changes.at(-1)?.sequence ?? this.#sequence;
      return changes.length === changesAtOnce;
    } catch (thrown) {
      if (!(thrown instanceof FeedTruncatedError)) throw thrown;
      this.#sequence = undefined;
      return true;
    }
  }

  async #restart(): Promise<number> {
    this.#generation += 1;
    return this.#store.latestSequence();
  }
}

/** Values made from documents of some collections, kept until any of those changes. */
export class WatchedCache<Value> {
  readonly #watch: CollectionWatch;
  readonly #limit: number;
  #values = new Map<string, Value>();
  #generation = -1;

  constructor(watch: CollectionWatch, limit: number) {
    this.#watch = watch;
    this.#limit = limit;
  }

  async get(key: string, read: () => Promise<Value>): Promise<Value> {
    const generation = await this.#watch.generation();
    if (generation !== this.#generation || this.#values.size >= this.#limit) {
      this.#generation = generation;
      this.#values = new Map();
    }
    const values = this.#values;
    const known = values.get(key);
    if (known !== undefined) return known;
    const value = await read();
    // Into the map of before the read: where that was thrown away meanwhile, so is the value.
    values.set(key, value);
    return value;
  }
}
