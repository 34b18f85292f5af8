import { type Change, FeedTruncatedError } from "../store.ts";
import { type Connection, integerOf, textOf } from "./connection.ts";

export interface FeedRetention {
  /** Changes younger than this are kept. */
  readonly milliseconds: number;
  /** At most this many older ones are removed in one commit. */
  readonly batch: number;
}

export const defaultFeedRetention: FeedRetention = { milliseconds: 3_600_000, batch: 2_000 };

export const latestSequence = (connection: Connection): number => {
  const row = connection.get("SELECT COALESCE(MAX(sequence), 0) AS latest FROM changes");
  return row === undefined ? 0 : integerOf(row, "latest");
};

/** Throws FeedTruncatedError where changes behind `after` were trimmed, or where the feed never came so far. */
export const readChanges = (connection: Connection, after: number, limit: number): readonly Change[] => {
  const oldest = connection.get("SELECT COALESCE(MIN(sequence), 1) AS oldest FROM changes");
  const first = oldest === undefined ? 1 : integerOf(oldest, "oldest");
  if (after + 1 < first || after > latestSequence(connection)) {
    throw new FeedTruncatedError(`The changes behind ${after} are not kept any more; list the documents again.`);
  }
  return connection
    .all(
      "SELECT sequence, collection, key, kind FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?",
      after,
      limit,
    )
    .map((row) => ({
      sequence: integerOf(row, "sequence"),
      collection: textOf(row, "collection"),
      key: textOf(row, "key"),
      kind: textOf(row, "kind") === "delete" ? "delete" : "put",
    }));
};

/** Removes old changes from the beginning, never the newest, which keeps the place; answers how many. */
export const trimFeed = (writer: Connection, now: number, retention: FeedRetention): number => {
  const oldest = writer.all("SELECT sequence, at FROM changes ORDER BY sequence LIMIT ?", retention.batch);
  const firstKept = oldest.findIndex((row) => integerOf(row, "at") >= now - retention.milliseconds);
  const last = firstKept === -1 ? oldest.at(-1) : oldest[firstKept - 1];
  if (last === undefined) return 0;
  return writer.run(
    "DELETE FROM changes WHERE sequence <= ? AND sequence < (SELECT MAX(sequence) FROM changes)",
    integerOf(last, "sequence"),
  ).changes;
};
