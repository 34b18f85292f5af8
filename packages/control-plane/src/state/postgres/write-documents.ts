import { type BufferedWrite, identityOf, type ReadVersion } from "../buffered-write.ts";
import { DocumentExistsError, TransactionConflictError } from "../store.ts";
import { type Connection, integerOf, withoutNul } from "./connection.ts";
import type { Outcome } from "./group-commit.ts";
import type { WakeUps } from "./notifications.ts";

/** What one transaction brings to its commit. */
export interface DocumentCommit {
  readonly reads: readonly ReadVersion[];
  readonly inserts: readonly ReadVersion[];
  readonly writes: readonly BufferedWrite[];
}

interface FedChange {
  readonly sequence: number;
  readonly write: BufferedWrite;
}

/**
 * Commits many transactions as one, as if one came after the other: refuses those that read what has changed since.
 * Each answers how many changes it made. To be called under the lock of documents.
 */
export const commitDocuments = async (
  connection: Connection,
  commits: readonly DocumentCommit[],
  at: number,
  wakeUps: WakeUps,
): Promise<readonly Outcome<number>[]> => {
  const [versions, head] = await Promise.all([
    readVersions(connection, commits),
    connection.query("SELECT sequence FROM heads WHERE name = 'changes'"),
  ]);
  let sequence = integerOf(head[0] ?? {}, "sequence");
  const changes: FedChange[] = [];
  const outcomes = commits.map((commit): Outcome<number> => {
    const refused = refusalOf(commit, versions);
    if (refused !== undefined) return { refused };
    const before = changes.length;
    for (const write of commit.writes) {
      const identity = identityOf(write.collection, write.key);
      if (write.body === undefined && (versions.get(identity) ?? 0) === 0) continue;
      sequence += 1;
      changes.push({ sequence, write });
      versions.set(identity, write.body === undefined ? 0 : sequence);
    }
    return { result: changes.length - before };
  });
  if (changes.length > 0) await writeChanges(connection, changes, sequence, at, wakeUps);
  return outcomes;
};

const refusalOf = (commit: DocumentCommit, versions: ReadonlyMap<string, number>): Error | undefined => {
  const differs = ({ collection, key, version }: ReadVersion) =>
    (versions.get(identityOf(collection, key)) ?? 0) !== version;
  const changed = commit.reads.find(differs);
  if (changed !== undefined) {
    return new TransactionConflictError(`${changed.collection}/${changed.key} was changed by another writer.`);
  }
  const existing = commit.inserts.find(differs);
  if (existing !== undefined) return new DocumentExistsError(`${existing.collection} has ${existing.key} already.`);
  return undefined;
};

const readVersions = async (
  connection: Connection,
  commits: readonly DocumentCommit[],
): Promise<Map<string, number>> => {
  const wanted = new Map<string, { readonly collection: string; readonly key: string }>();
  for (const { reads, inserts, writes } of commits) {
    for (const place of [...reads, ...inserts, ...writes]) wanted.set(identityOf(place.collection, place.key), place);
  }
  const places = [...wanted];
  const rows = await connection.query(
    `SELECT wanted.position, documents.version
     FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (collection, key, position)
     JOIN documents ON documents.collection = wanted.collection AND documents.key = wanted.key`,
    places.map(([, { collection }]) => collection),
    places.map(([, { key }]) => withoutNul(key)),
  );
  const versions = new Map<string, number>();
  for (const row of rows) {
    const place = places[integerOf(row, "position") - 1];
    if (place !== undefined) versions.set(place[0], integerOf(row, "version"));
  }
  return versions;
};

const writeChanges = async (
  connection: Connection,
  changes: readonly FedChange[],
  newest: number,
  at: number,
  wakeUps: WakeUps,
): Promise<void> => {
  // The last write of a document is what stays of it.
  const last = new Map(changes.map((change) => [identityOf(change.write.collection, change.write.key), change]));
  const final = [...last.values()];
  const put = final.flatMap(({ sequence, write: { collection, key, body } }) =>
    body === undefined ? [] : [{ collection, key, sequence, body }],
  );
  const gone = final.flatMap(({ write }) => (write.body === undefined ? [write] : []));
  const entries = final.flatMap(({ write: { collection, key, indexValues } }) =>
    indexValues.map(({ name, value }) => ({ collection, name, value: withoutNul(value), key })),
  );
  await connection.query(
    writeSql,
    changes.map(({ sequence }) => sequence),
    changes.map(({ write }) => write.collection),
    changes.map(({ write }) => write.key),
    changes.map(({ write }) => (write.body === undefined ? "delete" : "put")),
    at,
    put.map(({ collection }) => collection),
    put.map(({ key }) => key),
    put.map(({ sequence }) => sequence),
    put.map(({ body }) => body),
    gone.map(({ collection }) => collection),
    gone.map(({ key }) => key),
    entries.map(({ collection }) => collection),
    entries.map(({ name }) => name),
    entries.map(({ value }) => value),
    entries.map(({ key }) => key),
    newest,
    wakeUps.commitChannel,
    wakeUps.origin,
  );
};

/** One statement, and so one round trip: index entries that stay are left alone, so its parts touch rows of their own. */
const writeSql = `
  WITH fed AS (
    INSERT INTO changes (sequence, collection, key, kind, at)
    SELECT *, $5::bigint FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[])
  ), put AS (
    INSERT INTO documents (collection, key, version, body)
    SELECT * FROM unnest($6::text[], $7::text[], $8::bigint[], $9::text[])
    ON CONFLICT (collection, key) DO UPDATE SET version = excluded.version, body = excluded.body
  ), gone AS (
    DELETE FROM documents USING unnest($10::text[], $11::text[]) AS old (collection, key)
    WHERE documents.collection = old.collection AND documents.key = old.key
  ), entry AS (
    SELECT * FROM unnest($12::text[], $13::text[], $14::text[], $15::text[]) AS entry (collection, name, value, key)
  ), left_behind AS (
    DELETE FROM index_entries USING (SELECT DISTINCT * FROM unnest($2::text[], $3::text[])) AS written (collection, key)
    WHERE index_entries.collection = written.collection AND index_entries.key = written.key
      AND NOT EXISTS (
        SELECT FROM entry
        WHERE entry.collection = index_entries.collection AND entry.name = index_entries.name
          AND entry.value = index_entries.value AND entry.key = index_entries.key)
  ), entered AS (
    INSERT INTO index_entries (collection, name, value, key) SELECT * FROM entry ON CONFLICT DO NOTHING
  )
  UPDATE heads SET sequence = $16::bigint WHERE name = 'changes' RETURNING pg_notify($17, $18)`;
