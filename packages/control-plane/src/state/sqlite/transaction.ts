import { type Collection, DocumentExistsError, type ListOptions, type Stored, type Transaction } from "../store.ts";
import type { Connection } from "./connection.ts";
import { lastCharacter, listBodies, parseBody, readBody } from "./document-rows.ts";
import type { IndexBuilder } from "./index-builder.ts";
import { SnapshotOutdatedError } from "./snapshot.ts";
import { type BufferedWrite, indexValuesOf, type ReadVersion } from "./write-documents.ts";

const identity = (collection: string, key: string): string => `${collection}\0${key}`;

const checkKey = (key: string): void => {
  if (key === "" || key.includes("\0") || key.includes(lastCharacter) || !key.isWellFormed()) {
    throw new TypeError(`Not a key of the store: ${JSON.stringify(key)}`);
  }
};

const bytewise = (left: string, right: string): number => Buffer.compare(Buffer.from(left), Buffer.from(right));

/** Reads a snapshot and notes what it read; keeps writes to itself until they are committed. */
export class BufferedTransaction implements Transaction {
  readonly #connection: Connection;
  readonly #indexes: IndexBuilder;
  readonly #reads = new Map<string, ReadVersion>();
  readonly #writes = new Map<string, BufferedWrite>();

  constructor(connection: Connection, indexes: IndexBuilder) {
    this.#connection = connection;
    this.#indexes = indexes;
  }

  get reads(): readonly ReadVersion[] {
    return [...this.#reads.values()];
  }

  get writes(): readonly BufferedWrite[] {
    return [...this.#writes.values()];
  }

  async get<Document>(collection: Collection<Document>, key: string): Promise<Document | undefined> {
    const written = this.#writes.get(identity(collection.name, key));
    if (written !== undefined) return written.body === undefined ? undefined : parseBody(collection, written.body);
    const found = readBody(this.#connection, collection.name, key);
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
    const found = listBodies(this.#connection, collection.name, { ...options, ...limit });
    for (const { key, version } of found) this.#note(collection.name, key, version);
    if (written.length === 0) return found.map(({ key, body }) => ({ key, document: parseBody(collection, body) }));
    const bodies = new Map(found.map(({ key, body }) => [key, body]));
    for (const write of written) {
      if (write.body !== undefined && matches(write, options)) bodies.set(write.key, write.body);
      else bodies.delete(write.key);
    }
    return [...bodies]
      .sort(([left], [right]) => bytewise(left, right))
      .slice(0, options.limit)
      .map(([key, body]) => ({ key, document: parseBody(collection, body) }));
  }

  put<Document>(collection: Collection<Document>, key: string, document: Document): void {
    this.#write(collection, key, document);
  }

  insert<Document>(collection: Collection<Document>, key: string, document: Document): void {
    const written = this.#writes.get(identity(collection.name, key));
    if (written === undefined) {
      const found = readBody(this.#connection, collection.name, key);
      // Noted as read: if another writer makes the document first, the work runs again and comes by here.
      this.#note(collection.name, key, found?.version ?? 0);
      if (found !== undefined) throw new DocumentExistsError(`${collection.name} has ${key} already.`);
    } else if (written.body !== undefined) {
      throw new DocumentExistsError(`${collection.name} has ${key} already.`);
    }
    this.#write(collection, key, document);
  }

  delete<Document>(collection: Collection<Document>, key: string): void {
    checkKey(key);
    this.#writes.set(identity(collection.name, key), {
      collection: collection.name,
      key,
      body: undefined,
      indexValues: [],
    });
  }

  #write<Document>(collection: Collection<Document>, key: string, document: Document): void {
    checkKey(key);
    this.#indexes.complete(collection);
    const body = JSON.stringify(document);
    if (body === undefined) throw new TypeError(`The document ${collection.name}/${key} is not JSON.`);
    const indexValues = indexValuesOf(collection, document);
    this.#writes.set(identity(collection.name, key), { collection: collection.name, key, body, indexValues });
  }

  #note(collection: string, key: string, version: number): void {
    this.#reads.set(identity(collection, key), { collection, key, version });
  }
}

const matches = (write: BufferedWrite, options: ListOptions): boolean => {
  const { index, prefix, after } = options;
  if (prefix !== undefined && !write.key.startsWith(prefix)) return false;
  if (after !== undefined && bytewise(write.key, after) <= 0) return false;
  if (index === undefined) return true;
  return write.indexValues.some(({ name, value }) => name === index.name && value === index.value);
};
