import { StoreUnavailableError } from "../store.ts";
import { Connection, textOf } from "./connection.ts";
import type { PostgresLocation } from "./location.ts";
import { ConnectionLostError } from "./lost-connection.ts";

const onConnection = async <Result>(
  location: PostgresLocation,
  work: (connection: Connection) => Promise<Result>,
): Promise<Result> => {
  let connection: Connection | undefined;
  try {
    connection = await Connection.open(location);
    return await work(connection);
  } catch (thrown) {
    if (!(thrown instanceof ConnectionLostError)) throw thrown;
    throw new StoreUnavailableError(`The store ${location.redacted} does not answer (${thrown.message})`);
  } finally {
    await connection?.close();
  }
};

/** Removes all of the store. */
export const dropSchema = (location: PostgresLocation): Promise<void> =>
  onConnection(location, (connection) => connection.execute(`DROP SCHEMA IF EXISTS ${location.schema} CASCADE`));

/** Says which server answers. Throws StoreUnavailableError, and an error for people where the store cannot be there. */
export const describeServer = (location: PostgresLocation): Promise<string> =>
  onConnection(location, async (connection) => {
    const [row = {}] = await connection.query(
      `SELECT current_setting('server_version') AS version, current_setting('server_encoding') AS encoding,
         has_database_privilege(current_database(), 'CREATE') OR EXISTS (
           SELECT FROM pg_namespace WHERE nspname = $1 AND has_schema_privilege(oid, 'CREATE')) AS fit`,
      location.schema,
    );
    const found = `PostgreSQL ${textOf(row, "version")} at ${location.redacted}`;
    if (Number.parseInt(textOf(row, "version"), 10) < 14) throw new StoreUnavailableError(`${found} is older than 14`);
    if (textOf(row, "encoding") !== "UTF8") throw new StoreUnavailableError(`${found} has not the encoding UTF8`);
    if (row.fit !== true) throw new StoreUnavailableError(`${found} does not let its user make the schema`);
    return found;
  });
