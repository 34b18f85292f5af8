import { StoreVersionError } from "../store-version-error.ts";
import { type Connection, integerOf } from "./connection.ts";
import type { Migration } from "./migrations/migration.ts";

/**
 * Brings the schema to the newest version, each step in a transaction of its own; says which steps it took.
 * Throws StoreVersionError where the file is from a newer version of Fleetless.
 */
export const migrate = (connection: Connection, path: string, migrations: readonly Migration[]): readonly number[] => {
  const row = connection.get("PRAGMA user_version");
  const found = row === undefined ? 0 : integerOf(row, "user_version");
  const newest = migrations.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new StoreVersionError(
      `The store ${path} was written by a newer Fleetless (schema ${found}; this one knows up to ${newest}). ` +
        "Start that version again, or choose another data directory.",
    );
  }
  const pending = migrations.filter((migration) => migration.version > found);
  for (const migration of pending) {
    connection.execute("BEGIN IMMEDIATE");
    try {
      connection.runScript(migration.statements);
      connection.runScript(`PRAGMA user_version = ${migration.version}`);
      connection.execute("COMMIT");
    } catch (thrown) {
      connection.execute("ROLLBACK");
      throw thrown;
    }
  }
  return pending.map((migration) => migration.version);
};
