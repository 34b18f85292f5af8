import { StoreVersionError } from "../store-version-error.ts";
import { type Connection, integerOf, textOf } from "./connection.ts";
import type { PostgresLocation } from "./location.ts";
import { locks } from "./lock.ts";
import type { Migration } from "./migrations/migration.ts";

/**
 * Makes the schema where it is missing and brings it to the newest version, each step in a transaction of its own;
 * says which steps it took. Several processes may begin at the same time. Throws StoreVersionError where the schema
 * is from a newer version of Fleetless.
 */
export const migrate = async (
  connection: Connection,
  location: PostgresLocation,
  migrations: readonly Migration[],
): Promise<readonly number[]> => {
  const [encoding] = await connection.query("SHOW server_encoding");
  if (encoding === undefined || textOf(encoding, "server_encoding") !== "UTF8") {
    throw new StoreVersionError(`The database of the store ${location.redacted} must have the encoding UTF8.`);
  }
  await connection.query("SELECT pg_advisory_lock($1, $2)", location.lockSpace, locks.migration);
  try {
    return await migrateLocked(connection, location, migrations);
  } finally {
    await connection.query("SELECT pg_advisory_unlock($1, $2)", location.lockSpace, locks.migration);
  }
};

const migrateLocked = async (
  connection: Connection,
  { schema, redacted }: PostgresLocation,
  migrations: readonly Migration[],
): Promise<readonly number[]> => {
  const [exists] = await connection.query("SELECT FROM pg_namespace WHERE nspname = $1", schema);
  if (exists === undefined) await connection.execute(`CREATE SCHEMA ${schema}`);
  await connection.execute(`CREATE TABLE IF NOT EXISTS ${schema}.schema_version (version INTEGER NOT NULL)`);
  const [row] = await connection.query("SELECT COALESCE(MAX(version), 0)::int AS version FROM schema_version");
  const found = integerOf(row ?? {}, "version");
  const newest = migrations.at(-1)?.version ?? 0;
  if (found > newest) {
    throw new StoreVersionError(
      `The store ${redacted} was written by a newer Fleetless (schema ${found}; this one knows up to ${newest}). ` +
        "Start that version again, or choose another schema.",
    );
  }
  const pending = migrations.filter((migration) => migration.version > found);
  for (const migration of pending) {
    await connection.execute("BEGIN");
    try {
      await connection.execute(migration.statements);
      await connection.execute("DELETE FROM schema_version");
      await connection.query("INSERT INTO schema_version (version) VALUES ($1)", migration.version);
      await connection.execute("COMMIT");
    } catch (thrown) {
      await connection.execute("ROLLBACK");
      throw thrown;
    }
  }
  return pending.map((migration) => migration.version);
};
