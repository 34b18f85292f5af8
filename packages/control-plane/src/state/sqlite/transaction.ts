import {
  type BufferedWrite,
  bufferedDelete,
  bufferedPut,
  identityOf,
  parseBody,
  type ReadVersion,
  withOwnWrites,
} from "../buffered-write.ts";
import { type Collection, DocumentExistsError, type ListOptions, type Stored, type Transaction } from "../store.ts";
import type { IndexBuilder } from "./index-builder.ts";
import { SnapshotOutdatedError, type View } from "./view.ts";

/** Reads a snapshot and notes what it read; keeps writes to itself until they are committed. */
export class BufferedTransaction implements Transaction {
  readonly #view: View;
  readonly #indexes: IndexBuilder;
  readonly #reads = new Map<string, ReadVersion>();
  readonly #writes = new Map<string, BufferedWrite>();

  constructor(view: View, indexes: IndexBuilder) {
    this.#view = view;
    this.#indexes = indexes;
  }

  get reads(): readonly ReadVersion[] {
    return [...this.#reads.values()];
  }

  get writes(): readonly BufferedWrite[] {
    return [...this.#writes.values()];
  }

  async get<Document>(collection: Collection<Document>, key: string): Promise<Document | undefined> {
    const written = this.#writes.get(identityOf(collection.name, key));
    if (written !== undefined) return written.body === undefined ? undefined : parseBody(collection, written.body);
    const found = this.#view.body(collection.name, key);
    this.#note(collection.name, key, found?.version ?? 0);
    return found === undefined ? undefined : parseBody(collection, found.body);
  }

  async list<Document>(
    collection: Collection<Document>,
    options: ListOptions = {},
  ): Promise<readonly Stored<Document>[]> {
    if (this.#indexes.complete(collection)) throw new SnapshotOutdatedError();
    const written = this.writes.filter((write) => write.collection === collection.name);
    // A buffered write hides at most one stored document each, so that many more fill the page again.
    const limit = options.limit === undefined ? {} : { limit: options.limit + written.length };
    const found = this.#view.list(collection.name, { ...options, ...limit });
    for (const { key, version } of found) this.#note(collection.name, key, version);
    return withOwnWrites(found, written, options).map(({ key, body }) => ({
      key,
      document: parseBody(collection, body),
    }));
  }

  put<Document>(collection: Collection<Document>, key: string, document: Document): void {
    this.#write(collection, key, document);
  }

  insert<Document>(collection: Collection<Document>, key: string, document: Document): void {
    const written = this.#writes.get(identityOf(collection.name, key));
    if (written === undefined) {
      const found = this.#view.body(collection.name, key);
      // Noted as read: if another writer makes the document first, the work runs again and comes by here.
      this.#note(collection.name, key, found?.version ?? 0);
      if (found !== undefined) throw new DocumentExistsError(`${collection.name} has ${key} already.`);
    } else if (written.body !== undefined) {
      throw new DocumentExistsError(`${collection.name} has ${key} already.`);
    }
    this.#write(collection, key, document);
  }

  delete<Document>(collection: Collection<Document>, key: string): void {
    this.#writes.set(identityOf(collection.name, key), bufferedDelete(collection.name, key));
  }

  #write<Document>(collection: Collection<Document>, key: string, document: Document): void {
    this.#indexes.complete(collection);
    this.#writes.set(identityOf(collection.name, key), bufferedPut(collection, key, document));
  }

  #note(collection: string, key: string, version: number): void {
    this.#reads.set(identityOf(collection, key), { collection, key, version });
  }
}
