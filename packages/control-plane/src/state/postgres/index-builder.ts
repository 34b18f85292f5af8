import { indexEntriesOf } from "../buffered-write.ts";
import type { Collection } from "../store.ts";
import { textOf, withoutNul } from "./connection.ts";
import { listBodies } from "./document-rows.ts";
import type { Readers } from "./readers.ts";
import type { Writer } from "./writer.ts";

/**
 * Fills an index that a collection got after its documents were written, before the collection is used.
 * An index whose function changes its meaning needs a new name.
 */
export class IndexBuilder {
  readonly #writer: Writer;
  readonly #readers: Readers;
  readonly #complete = new Map<string, Promise<boolean>>();

  constructor(writer: Writer, readers: Readers) {
    this.#writer = writer;
    this.#readers = readers;
  }

  /** Answers true to those that waited for entries to be added, which snapshots taken before do not see. */
  async complete<Document>(collection: Collection<Document>): Promise<boolean> {
    const names = Object.keys(collection.indexes);
    if (names.length === 0) return false;
    const signature = [collection.name, ...names].join("\0");
    const known = this.#complete.get(signature);
    if (known !== undefined) return known;
    const building = this.#look(collection, names);
    this.#complete.set(signature, building);
    try {
      return await building;
    } catch (thrown) {
      this.#complete.delete(signature);
      throw thrown;
    } finally {
      if (this.#complete.has(signature)) this.#complete.set(signature, Promise.resolve(false));
    }
  }

  async #look<Document>(collection: Collection<Document>, names: readonly string[]): Promise<boolean> {
    const rows = await this.#readers.once((reader) =>
      reader.query("SELECT name FROM known_indexes WHERE collection = $1", collection.name),
    );
    const known = new Set(rows.map((row) => textOf(row, "name")));
    const missing = names.filter((name) => !known.has(name));
    return missing.length > 0 && this.#build(collection, missing);
  }

  #build<Document>(collection: Collection<Document>, missing: readonly string[]): Promise<boolean> {
    return this.#writer.write(async (connection) => {
      const bodies = await listBodies(connection, collection.name, {});
      const entries = bodies.flatMap((found) => {
        const { key, indexValues } = indexEntriesOf(collection, found);
        return indexValues.map(({ name, value }) => ({ key, name, value: withoutNul(value) }));
      });
      await connection.query(
        `INSERT INTO index_entries (collection, name, value, key)
         SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[]) ON CONFLICT DO NOTHING`,
        collection.name,
        entries.map(({ name }) => name),
        entries.map(({ value }) => value),
        entries.map(({ key }) => key),
      );
      await connection.query(
        "INSERT INTO known_indexes (collection, name) SELECT $1, * FROM unnest($2::text[]) ON CONFLICT DO NOTHING",
        collection.name,
        missing,
      );
      return bodies.length > 0;
    });
  }
}
