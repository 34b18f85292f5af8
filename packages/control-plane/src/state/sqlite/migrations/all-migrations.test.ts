import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLogger, systemClock } from "@fleetless/kernel";
import { expect, it } from "vitest";
import { expectRowsOfFirstRelease, rowsOfFirstRelease } from "../../conformance/earlier-release.ts";
import { Connection } from "../connection.ts";
import { migrate } from "../migrate.ts";
import { openSqliteStore } from "../open.ts";
import { allMigrations } from "./all-migrations.ts";

/** The schema that the first release had. */
const released = 3;

const digestOf = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 16);

it("never changes a step that was released", () => {
  expect(allMigrations.slice(0, released).map(({ statements }) => digestOf(statements))).toEqual([
    "5dde279d36c1543b",
    "2e204ed733eba9a5",
    "b776408fdcd3860d",
  ]);
});

it("brings a store of the first release, and of every one since, to the present with all that it holds", async () => {
  for (let steps = released; steps <= allMigrations.length; steps += 1) {
    const directory = await mkdtemp(join(tmpdir(), "fleetless-migration-"));
    const path = join(directory, "store.sqlite");
    const connection = new Connection(path, "writer");
    migrate(connection, path, allMigrations.slice(0, steps));
    for (const row of rowsOfFirstRelease("'hello'", "0")) connection.execute(row);
    connection.close();
    const store = await openSqliteStore({ path, logger: silentLogger, clock: systemClock });
    await expectRowsOfFirstRelease(store);
    await store.close();
    await rm(directory, { recursive: true });
  }
});
