import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ManualClock, silentLogger } from "@fleetless/kernel";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { OpenedStore } from "../../state/append/append-tables.ts";
import { openSqliteStore } from "../../state/sqlite/open.ts";
import { pendingDeletions } from "./collections.ts";
import { applyRetention, createRetentionController } from "./controllers/retention.ts";
import type { LogsDependencies } from "./dependencies.ts";
import { createLogIngestion, type LogIngestion } from "./ingestion.ts";
import { putGroup, removeGroup, requireGroup, requireStream } from "./repository.ts";

const day = 86_400_000;
const scope = { accountId: "123456789012", region: "us-east-1" };
const location = { ...scope, group: "/web", stream: "web/app/1" };

let directory: string;
let clock: ManualClock;
let store: OpenedStore;
let dependencies: LogsDependencies;
let ingestion: LogIngestion;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "fleetless-retention-"));
  clock = new ManualClock();
  store = await openSqliteStore({ path: join(directory, "store.sqlite"), clock, logger: silentLogger });
  dependencies = { store, events: store.logEvents, clock, logger: silentLogger };
  ingestion = createLogIngestion(dependencies);
});

afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true, force: true });
});

const stored = async (): Promise<readonly string[]> => {
  const { group, stream } = await store.read((transaction) => requireStream(transaction, scope, "/web", "web/app/1"));
  const range = { group: group.eventsKey, stream: stream.eventsKey, direction: "forward", limit: 100 } as const;
  return (await store.logEvents.readStream(range)).map(({ message }) => message);
};

const ingest = (batch: number, ...messages: readonly string[]) =>
  ingestion.ingestLogEvents({
    ...location,
    batch,
    events: messages.map((message) => ({ timestamp: clock.now(), message })),
  });

it("makes a stream once, and its group only where asked to", async () => {
  await expect(ingestion.ensureLogStream({ ...location, createGroup: false })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "The specified log group does not exist.",
  });
  await ingestion.ensureLogStream({ ...location, createGroup: true });
  await ingestion.ensureLogStream({ ...location, createGroup: true });
  expect(await stored()).toEqual([]);
});

it("stores a batch that is sent again once", async () => {
  await ingestion.ensureLogStream({ ...location, createGroup: true });
  await ingest(1, "a", "b");
  await ingest(1, "a", "b");
  await ingest(2, "c");
  await ingest(1, "a", "b");
  expect(await stored()).toEqual(["a", "b", "c"]);
});

it("refuses a batch for a stream that is gone", async () => {
  await expect(ingest(1, "a")).rejects.toMatchObject({ code: "ResourceNotFoundException" });
});

it("deletes what is older than the group's retention, and nothing of a group without one", async () => {
  await ingestion.ensureLogStream({ ...location, createGroup: true });
  await ingest(1, "old");
  clock.advance(2 * day);
  await ingest(2, "new");
  await applyRetention(dependencies, new AbortController().signal);
  expect(await stored()).toEqual(["old", "new"]);
  await store.transaction(async (transaction) =>
    putGroup(transaction, { ...(await requireGroup(transaction, scope, "/web")), retentionInDays: 1 }),
  );
  const controller = createRetentionController(dependencies);
  controller.start();
  await vi.waitFor(async () => expect(await stored()).toEqual(["new"]));
  await controller.stop();
});

it("finishes a deletion that a crash cut short", async () => {
  await ingestion.ensureLogStream({ ...location, createGroup: true });
  await ingest(1, "gone");
  const { eventsKey } = await store.read((transaction) => requireGroup(transaction, scope, "/web"));
  await store.transaction(async (transaction) =>
    removeGroup(transaction, await requireGroup(transaction, scope, "/web")),
  );
  expect(await store.logEvents.readGroup({ group: eventsKey, limit: 10 })).toHaveLength(1);
  await applyRetention(dependencies, new AbortController().signal);
  expect(await store.logEvents.readGroup({ group: eventsKey, limit: 10 })).toEqual([]);
  expect(await store.read((transaction) => transaction.list(pendingDeletions))).toEqual([]);
});
