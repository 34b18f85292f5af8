import type { UsageRecord, UsageRecordRead, UsageRecords } from "../append/usage-records.ts";
import type { AppendCommit } from "./append-commit.ts";
import { integerOf, type Row, textOf } from "./connection.ts";
import type { Readers } from "./readers.ts";

const columns = "id, account_id, started_at, ended_at, is_final, body";

const recordOf = (row: Row): UsageRecord => ({
  id: textOf(row, "id"),
  accountId: textOf(row, "account_id"),
  startedAt: integerOf(row, "started_at"),
  endedAt: row.ended_at === null ? undefined : integerOf(row, "ended_at"),
  isFinal: row.is_final === true,
  body: textOf(row, "body"),
});

export class PostgresUsageRecords implements UsageRecords {
  readonly #readers: Readers;
  readonly #commits: AppendCommit;

  constructor(readers: Readers, commits: AppendCommit) {
    this.#readers = readers;
    this.#commits = commits;
  }

  async put(record: UsageRecord): Promise<void> {
    await this.#commits.submit((connection) =>
      connection.query(
        `INSERT INTO usage_records (${columns}) VALUES ($1, $2, $3, $4, $5, $6)
         ON CONFLICT (id) DO UPDATE SET
           account_id = excluded.account_id, started_at = excluded.started_at, ended_at = excluded.ended_at,
           is_final = excluded.is_final, body = excluded.body
         WHERE NOT usage_records.is_final`,
        record.id,
        record.accountId,
        record.startedAt,
        record.endedAt ?? null,
        record.isFinal,
        record.body,
      ),
    );
  }

  get(id: string): Promise<UsageRecord | undefined> {
    return this.#readers.once(async (reader) => {
      const [row] = await reader.query(`SELECT ${columns} FROM usage_records WHERE id = $1`, id);
      return row === undefined ? undefined : recordOf(row);
    });
  }

  read({ accountId, endedFrom, startedBefore, after, limit }: UsageRecordRead): Promise<readonly UsageRecord[]> {
    return this.#readers.once(async (reader) => {
      const rows = await reader.query(
        `SELECT ${columns} FROM usage_records
         WHERE account_id = $1 AND (started_at, id) > ($2, $3) AND started_at < $4
           AND (ended_at IS NULL OR ended_at >= $5)
         ORDER BY started_at, id LIMIT $6`,
        accountId,
        after?.startedAt ?? Number.MIN_SAFE_INTEGER,
        after?.id ?? "",
        startedBefore ?? Number.MAX_SAFE_INTEGER,
        endedFrom ?? Number.MIN_SAFE_INTEGER,
        limit,
      );
      return rows.map(recordOf);
    });
  }
}
