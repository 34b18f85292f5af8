import { createHash } from "node:crypto";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { afterAll, beforeAll, expect, it } from "vitest";
import { expectRowsOfFirstRelease, rowsOfFirstRelease } from "../../conformance/earlier-release.ts";
import { allMigrations as sqliteMigrations } from "../../sqlite/migrations/all-migrations.ts";
import { Connection } from "../connection.ts";
import { migrate } from "../migrate.ts";
import { openPostgresStore } from "../open.ts";
import { startTestCluster, type TestCluster } from "../testing/cluster.ts";
import { allMigrations } from "./all-migrations.ts";

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
}, 60_000);
afterAll(() => cluster.remove());

/** The oldest schema that a store in PostgreSQL may have. */
const released = 3;

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

it("never changes a step that was released, and has as many as the embedded store", () => {
  expect(allMigrations.slice(0, released).map(({ statements }) => digestOf(statements))).toEqual([
    "28e4a4b57ee11677",
    "a85754307ca919b6",
    "43a4d2a2b663611f",
  ]);
  expect(allMigrations.map(({ version }) => version)).toEqual(sqliteMigrations.map(({ version }) => version));
});

it("brings a store of the first schema, and of every one since, to the present with all that it holds", async () => {
  for (let steps = released; steps <= allMigrations.length; steps += 1) {
    const location = cluster.location(`from_${steps}`);
    const connection = await Connection.open(location);
    await migrate(connection, location, allMigrations.slice(0, steps));
    for (const row of rowsOfFirstRelease("'hello'", "false")) await connection.execute(row);
    await connection.execute("UPDATE heads SET sequence = 2 WHERE name = 'changes'");
    await connection.execute("UPDATE heads SET sequence = 1 WHERE name = 'log_events'");
    await connection.close();
    const store = await openPostgresStore({ location, logger: silentLogger, clock: systemClock });
    await expectRowsOfFirstRelease(store);
    await store.close();
  }
});
