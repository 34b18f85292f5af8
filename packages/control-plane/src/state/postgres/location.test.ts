import { describe, expect, it } from "vitest";
import { parsePostgresLocation, StoreLocationError } from "./location.ts";

describe("where a PostgreSQL store is", () => {
  it("keeps the password for the driver alone", () => {
    const location = parsePostgresLocation("postgres://ada:se%40cret@db.example:5433/cloud?sslmode=verify-full");
    expect(location.connectionString).toContain("se%40cret");
    expect(location.redacted).toBe("postgres://ada@db.example:5433/cloud?sslmode=verify-full");
    expect(location.schema).toBe("fleetless");
    expect(parsePostgresLocation("postgres://db/cloud?user=ada&password=secret").redacted).not.toContain("secret");
  });

  it("takes a Unix socket's directory, and a schema", () => {
    const location = parsePostgresLocation("postgres://ada@/cloud?host=%2Frun%2Fpostgresql&schema=other");
    expect(location.schema).toBe("other");
    expect(location.connectionString).not.toContain("schema");
    expect(location.lockSpace).not.toBe(parsePostgresLocation("postgres://ada@db/cloud").lockSpace);
  });

  it("refuses what it is not, and repeats no password", () => {
    for (const text of [
      "sqlite:///a",
      "postgres://a@db/c?schema=pg_catalog",
      "postgres://a@db/c?schema=public",
      "postgres://a@db/c?schema=A%3B",
      "postgres://a@db/c?options=-cfsync%3Doff",
      "postgres://ada:secret@db:port/c",
    ]) {
      expect(() => parsePostgresLocation(text)).toThrow(StoreLocationError);
      expect(() => parsePostgresLocation(text)).not.toThrow("secret");
    }
  });
});
