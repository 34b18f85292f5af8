import { type Change, FeedTruncatedError } from "../store.ts";
import { type Connection, integerOf, textOf } from "./connection.ts";

export interface FeedRetention {
  /** Changes younger than this are kept. */
  readonly milliseconds: number;
  /** At most this many older ones are removed in one commit. */
  readonly batch: number;
}

export const defaultFeedRetention: FeedRetention = { milliseconds: 3_600_000, batch: 2_000 };

export const latestSequence = async (connection: Connection): Promise<number> => {
  const [row] = await connection.query("SELECT sequence FROM heads WHERE name = 'changes'");
  return integerOf(row ?? {}, "sequence");
};

/** Throws FeedTruncatedError where changes behind `after` were trimmed, or where the feed never came so far. */
export const readChanges = async (connection: Connection, after: number, limit: number): Promise<readonly Change[]> => {
  // One statement, and so one view of the changes and of both ends of the feed.
  const rows = await connection.query(
    `SELECT heads.sequence AS latest, COALESCE((SELECT MIN(sequence) FROM changes), 1) AS first,
       page.sequence, page.collection, page.key, page.kind
     FROM heads LEFT JOIN LATERAL (
       SELECT sequence, collection, key, kind FROM changes WHERE sequence > $1 ORDER BY sequence LIMIT $2
     ) AS page ON true
     WHERE heads.name = 'changes' ORDER BY page.sequence`,
    after,
    limit,
  );
  const ends = rows[0] ?? {};
  if (after + 1 < integerOf(ends, "first") || after > integerOf(ends, "latest")) {
    throw new FeedTruncatedError(`The changes behind ${after} are not kept any more; list the documents again.`);
  }
  return rows
    .filter((row) => row.sequence !== null)
    .map((row) => ({
      sequence: integerOf(row, "sequence"),
      collection: textOf(row, "collection"),
      key: textOf(row, "key"),
      kind: textOf(row, "kind") === "delete" ? "delete" : "put",
    }));
};

/** Removes old changes from the beginning, never the newest, which keeps the place; answers how many. */
export const trimFeed = (connection: Connection, now: number, retention: FeedRetention): Promise<number> =>
  connection.change(
    `WITH oldest AS (SELECT sequence, at FROM changes ORDER BY sequence LIMIT $1)
     DELETE FROM changes WHERE sequence < (SELECT sequence FROM heads WHERE name = 'changes') AND sequence <= (
       SELECT MAX(sequence) FROM oldest
       WHERE sequence < COALESCE((SELECT MIN(sequence) FROM oldest WHERE at >= $2), 9223372036854775807))`,
    retention.batch,
    now - retention.milliseconds,
  );
