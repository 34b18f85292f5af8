import { createHash } from "node:crypto";

export class StoreLocationError extends TypeError {
  override readonly name = "StoreLocationError";
}

/** Where a PostgreSQL store is: the server and database of the URL, and the schema that holds all of it. */
export interface PostgresLocation {
  /** For the driver; holds the password, if there is one. */
  readonly connectionString: string;
  readonly schema: string;
  /** Fit for logs and status: without the password. */
  readonly redacted: string;
  readonly hasPassword: boolean;
  /** The first number of every advisory lock of this store; a database may hold several stores. */
  readonly lockSpace: number;
}

const defaultSchema = "fleetless";

/**
 * Reads `postgres://user:password@host:port/database?schema=fleetless`, or with `host=/directory` among the
 * parameters for a Unix socket. Throws StoreLocationError.
 */
export const parsePostgresLocation = (text: string): PostgresLocation => {
  const url = parseUrl(text);
  if (url.protocol !== "postgres:" && url.protocol !== "postgresql:") {
    throw new StoreLocationError(`A store is postgres://user@host/database, not ${url.protocol}`);
  }
  const schema = url.searchParams.get("schema") ?? defaultSchema;
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(schema) || schema.startsWith("pg_") || schema === "public") {
    throw new StoreLocationError(
      `The schema ${JSON.stringify(schema)} of the store is not a name of lower-case letters, digits and _ of its own`,
    );
  }
  if (url.searchParams.has("options")) {
    throw new StoreLocationError("The parameter options is not supported in the store's URL");
  }
  const redacted = new URL(url.href);
  if (redacted.password !== "") redacted.password = "";
  redacted.searchParams.delete("password");
  const hasPassword = url.password !== "" || url.searchParams.has("password");
  url.searchParams.delete("schema");
  return {
    connectionString: url.href,
    schema,
    redacted: redacted.href,
    hasPassword,
    lockSpace: createHash("sha256").update(schema).digest().readInt32BE(),
  };
};

const parseUrl = (text: string): URL => {
  try {
    // `user@/database?host=/directory` is usual for a Unix socket, and no URL without a host.
    return new URL(text.replace(/^(?<before>[a-z]+:\/\/[^/?#]*@)\//, "$<before>localhost/"));
  } catch {
    // The text may hold a password, so it is not repeated.
    throw new StoreLocationError("The store is not a URL such as postgres://user@host/database");
  }
};
