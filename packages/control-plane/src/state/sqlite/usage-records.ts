import type { UsageRecord, UsageRecordRead, UsageRecords } from "../append/usage-records.ts";
import { integerOf, type Row, textOf } from "./connection.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Readers } from "./readers.ts";

const columns = "id, account_id, started_at, ended_at, is_final, body";

const recordOf = (row: Row): UsageRecord => ({
  id: textOf(row, "id"),
  accountId: textOf(row, "account_id"),
  startedAt: integerOf(row, "started_at"),
  endedAt: row.ended_at === null ? undefined : integerOf(row, "ended_at"),
  isFinal: integerOf(row, "is_final") === 1,
  body: textOf(row, "body"),
});

export class SqliteUsageRecords implements UsageRecords {
  readonly #readers: Readers;
  readonly #commits: GroupCommit;

  constructor(readers: Readers, commits: GroupCommit) {
    this.#readers = readers;
    this.#commits = commits;
  }

  put(record: UsageRecord): Promise<void> {
    return this.#commits.submit((writer) => {
      writer.run(
        `INSERT INTO usage_records (${columns}) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET
           account_id = excluded.account_id, started_at = excluded.started_at, ended_at = excluded.ended_at,
           is_final = excluded.is_final, body = excluded.body
         WHERE is_final = 0`,
        record.id,
        record.accountId,
        record.startedAt,
        record.endedAt ?? null,
        record.isFinal ? 1 : 0,
        record.body,
      );
    });
  }

  async get(id: string): Promise<UsageRecord | undefined> {
    const row = this.#readers.once((reader) => reader.get(`SELECT ${columns} FROM usage_records WHERE id = ?`, id));
    return row === undefined ? undefined : recordOf(row);
  }

  async read({ accountId, endedFrom, startedBefore, after, limit }: UsageRecordRead): Promise<readonly UsageRecord[]> {
    return this.#readers.once((reader) =>
      reader
        .all(
          `SELECT ${columns} FROM usage_records
           WHERE account_id = ? AND (started_at, id) > (?, ?) AND started_at < ? AND (ended_at IS NULL OR ended_at >= ?)
           ORDER BY started_at, id LIMIT ?`,
          accountId,
          after?.startedAt ?? Number.MIN_SAFE_INTEGER,
          after?.id ?? "",
          startedBefore ?? Number.MAX_SAFE_INTEGER,
          endedFrom ?? Number.MIN_SAFE_INTEGER,
          limit,
        )
        .map(recordOf),
    );
  }
}
