import { indexEntriesOf } from "../buffered-write.ts";
import type { Collection } from "../store.ts";
import { type Connection, textOf } from "./connection.ts";
import { listBodies } from "./document-rows.ts";
import { writeIndexEntries } from "./write-documents.ts";

/**
 * Fills an index that a collection got after its documents were written, before the collection is used.
 * An index whose function changes its meaning needs a new name.
 */
export class IndexBuilder {
  readonly #writer: Connection;
  readonly #complete = new WeakSet<object>();

  constructor(writer: Connection) {
    this.#writer = writer;
  }

  /** Answers true where entries were added, which snapshots taken before do not see. */
  complete<Document>(collection: Collection<Document>): boolean {
    if (this.#complete.has(collection)) return false;
    const names = Object.keys(collection.indexes);
    const rows = this.#writer.all("SELECT name FROM known_indexes WHERE collection = ?", collection.name);
    const known = new Set(rows.map((row) => textOf(row, "name")));
    const missing = names.filter((name) => !known.has(name));
    const added = missing.length > 0 && this.#build(collection, missing);
    this.#complete.add(collection);
    return added;
  }

  #build<Document>(collection: Collection<Document>, missing: readonly string[]): boolean {
    this.#writer.execute("BEGIN IMMEDIATE");
    try {
      const bodies = listBodies(this.#writer, collection.name, {});
      for (const found of bodies) writeIndexEntries(this.#writer, indexEntriesOf(collection, found));
      for (const name of missing) {
        this.#writer.run("INSERT INTO known_indexes (collection, name) VALUES (?, ?)", collection.name, name);
      }
      this.#writer.execute("COMMIT");
      return bodies.length > 0;
    } catch (thrown) {
      this.#writer.execute("ROLLBACK");
      throw thrown;
    }
  }
}
