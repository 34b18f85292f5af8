import { parseBody } from "../buffered-write.ts";
import type { Collection, ListOptions, ReadTransaction, Stored } from "../store.ts";
import type { IndexBuilder } from "./index-builder.ts";
import { SnapshotOutdatedError, type View } from "./view.ts";

/** Reads documents of one view. */
export class Snapshot implements ReadTransaction {
  readonly #view: View;
  readonly #indexes: IndexBuilder;

  constructor(view: View, indexes: IndexBuilder) {
    this.#view = view;
    this.#indexes = indexes;
  }

  async get<Document>(collection: Collection<Document>, key: string): Promise<Document | undefined> {
    const found = this.#view.body(collection.name, key);
    return found === undefined ? undefined : parseBody(collection, found.body);
  }

  async list<Document>(
    collection: Collection<Document>,
    options: ListOptions = {},
  ): Promise<readonly Stored<Document>[]> {
    if (this.#indexes.complete(collection)) throw new SnapshotOutdatedError();
    return this.#view.list(collection.name, options).map(({ key, body }) => ({
      key,
      document: parseBody(collection, body),
    }));
  }
}
