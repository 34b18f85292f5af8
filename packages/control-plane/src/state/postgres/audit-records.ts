import type { AuditRecord, AuditRecordInput, AuditRecordRead, AuditRecords } from "../append/audit-records.ts";
import type { AppendCommit } from "./append-commit.ts";
import { integerOf, type Row, textOf, withoutNul } from "./connection.ts";
import type { Readers } from "./readers.ts";

const recordOf = (row: Row): AuditRecord => ({ sequence: integerOf(row, "sequence"), body: textOf(row, "body") });

export class PostgresAuditRecords implements AuditRecords {
  readonly #readers: Readers;
  readonly #commits: AppendCommit;

  constructor(readers: Readers, commits: AppendCommit) {
    this.#readers = readers;
    this.#commits = commits;
  }

  async append(following: (newest: string | undefined) => readonly AuditRecordInput[]): Promise<void> {
    await this.#commits.submit(async (connection) => {
      const [newest] = await connection.query("SELECT body FROM audit_records ORDER BY sequence DESC LIMIT 1");
      const records = following(newest === undefined ? undefined : textOf(newest, "body"));
      await connection.query(
        `INSERT INTO audit_records
           (at, event_id, request_id, event_source, event_name, access_key_id, read_only, body)
         SELECT at, event_id, request_id, event_source, event_name, NULLIF(access_key_id, ''), read_only, body
         FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::boolean[], $8::text[])
           WITH ORDINALITY AS record
             (at, event_id, request_id, event_source, event_name, access_key_id, read_only, body, position)
         ORDER BY position`,
        records.map(({ at }) => at),
        records.map(({ eventId }) => withoutNul(eventId)),
        records.map(({ requestId }) => withoutNul(requestId)),
        records.map(({ eventSource }) => withoutNul(eventSource)),
        records.map(({ eventName }) => withoutNul(eventName)),
        records.map(({ accessKeyId }) => withoutNul(accessKeyId ?? "")),
        records.map(({ readOnly }) => String(readOnly)),
        records.map(({ body }) => body),
      );
    });
  }

  read(read: AuditRecordRead): Promise<readonly AuditRecord[]> {
    const conditions: readonly (readonly [string, string | number | boolean | undefined])[] = [
      ["at >=", read.startTime],
      ["at <", read.endTime],
      ["request_id =", read.requestId],
      ["event_id =", read.eventId],
      ["event_name =", read.eventName],
      ["event_source =", read.eventSource],
      ["access_key_id =", read.accessKeyId],
      ["read_only =", read.readOnly],
      ["sequence <", read.before],
    ];
    const wanted = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
    const terms = wanted.map(({ sql }, index) => `${sql} $${index + 2}`);
    const where = terms.length === 0 ? "" : `WHERE ${terms.join(" AND ")}`;
    return this.#readers.once(async (reader) => {
      const rows = await reader.query(
        `SELECT sequence, body FROM audit_records ${where} ORDER BY sequence DESC LIMIT $1`,
        read.limit,
        ...wanted.map(({ value }) => (typeof value === "string" ? withoutNul(value) : value)),
      );
      return rows.map(recordOf);
    });
  }

  readForward(read: { readonly after: number; readonly limit: number }): Promise<readonly AuditRecord[]> {
    return this.#readers.once(async (reader) => {
      const rows = await reader.query(
        "SELECT sequence, body FROM audit_records WHERE sequence > $1 ORDER BY sequence LIMIT $2",
        read.after,
        read.limit,
      );
      return rows.map(recordOf);
    });
  }

  deleteOlderThan(before: number, limit: number): Promise<number> {
    return this.#commits.submit((connection) =>
      connection.change(
        `DELETE FROM audit_records WHERE sequence IN (
           SELECT sequence FROM audit_records WHERE at < $1 ORDER BY at LIMIT $2)`,
        before,
        limit,
      ),
    );
  }
}
