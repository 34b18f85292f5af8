import { expect } from "vitest";
import type { OpenedStore } from "../append/append-tables.ts";
import { people, person } from "./subjects.ts";

/**
 * What a store holds that was written by the first release, in SQL that both drivers understand. Its statements are
 * literal on purpose: today's code must not have a say in what was written then.
 */
export const rowsOfFirstRelease = (message: string, isReadOnly: string): readonly string[] => [
  `INSERT INTO documents (collection, key, version, body)
   VALUES ('people', 'a/1', 2, '{"name":"Ada","city":"London","languages":["en","fr"]}')`,
  "INSERT INTO known_indexes (collection, name) VALUES ('people', 'city'), ('people', 'language')",
  `INSERT INTO index_entries (collection, name, value, key) VALUES
     ('people', 'city', 'London', 'a/1'), ('people', 'language', 'en', 'a/1'), ('people', 'language', 'fr', 'a/1')`,
  `INSERT INTO changes (sequence, collection, key, kind, at) VALUES
     (1, 'people', 'a/2', 'delete', 1700000000000), (2, 'people', 'a/1', 'put', 1700000000000)`,
  "INSERT INTO log_groups (name) VALUES ('g')",
  `INSERT INTO log_streams (group_id, name, first_event, last_event, last_ingestion, stored_bytes, last_batch)
   VALUES (1, 's', 10, 10, 20, 31, 7)`,
  `INSERT INTO log_events (sequence, group_id, stream_id, timestamp, ingestion_time, message)
   VALUES (1, 1, 1, 10, 20, ${message})`,
  `INSERT INTO audit_records (at, event_id, request_id, event_source, event_name, access_key_id, read_only, body)
   VALUES (5, 'e', 'r', 'ecs.amazonaws.com', 'RunTask', NULL, ${isReadOnly}, '{"number":1}')`,
];

/** All of that is there, and what is written next comes behind it. */
export const expectRowsOfFirstRelease = async (store: OpenedStore): Promise<void> => {
  const ada = { key: "a/1", document: person("Ada", "London", "en", "fr") };
  const byLanguage = { index: { name: "language", value: "fr" } };
  expect(await store.read((tx) => tx.list(people, byLanguage))).toEqual([ada]);
  expect((await store.changes(0, 10)).map(({ kind, key }) => `${kind} ${key}`)).toEqual(["delete a/2", "put a/1"]);
  expect(await store.latestSequence()).toBe(2);
  const events = await store.logEvents.readGroup({ group: "g", limit: 10 });
  expect(events).toEqual([{ sequence: 1, stream: "s", timestamp: 10, ingestionTime: 20, message: "hello" }]);
  const again = { group: "g", stream: "s", ingestionTime: 30, batch: 7, events: [{ timestamp: 11, message: "twice" }] };
  expect(await store.logEvents.append(again)).toBe(false);
  expect(await store.logEvents.append({ ...again, batch: 8 })).toBe(true);
  expect(await store.logEvents.latestSequence()).toBe(2);
  expect(await store.auditRecords.read({ limit: 10 })).toEqual([{ sequence: 1, body: '{"number":1}' }]);
  await store.transaction(async (tx) => {
    const found = await tx.get(people, "a/1");
    tx.put(people, "a/1", { ...person("Ada", "Rome"), name: found?.name ?? "" });
  });
  expect(await store.latestSequence()).toBe(3);
  expect(await store.usageRecords.get("none")).toBeUndefined();
};
