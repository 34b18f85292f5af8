import type { AuditRecord, AuditRecordInput, AuditRecordRead, AuditRecords } from "../append/audit-records.ts";
import { integerOf, textOf } from "./connection.ts";
import type { GroupCommit } from "./group-commit.ts";
import type { Readers } from "./readers.ts";

export class SqliteAuditRecords implements AuditRecords {
  readonly #readers: Readers;
  readonly #commits: GroupCommit;

  constructor(readers: Readers, commits: GroupCommit) {
    this.#readers = readers;
    this.#commits = commits;
  }

  append(following: (newest: string | undefined) => readonly AuditRecordInput[]): Promise<void> {
    return this.#commits.submit((writer) => {
      const newest = writer.get("SELECT body FROM audit_records ORDER BY sequence DESC LIMIT 1");
      for (const record of following(newest === undefined ? undefined : textOf(newest, "body"))) {
        writer.run(
          `INSERT INTO audit_records
             (at, event_id, request_id, event_source, event_name, access_key_id, read_only, body)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
          record.at,
          record.eventId,
          record.requestId,
          record.eventSource,
          record.eventName,
          record.accessKeyId ?? null,
          record.readOnly ? 1 : 0,
          record.body,
        );
      }
    });
  }

  async read(read: AuditRecordRead): Promise<readonly AuditRecord[]> {
    const conditions: readonly (readonly [string, string | number | undefined])[] = [
      ["at >= ?", read.startTime],
      ["at < ?", read.endTime],
      ["request_id = ?", read.requestId],
      ["event_id = ?", read.eventId],
      ["event_name = ?", read.eventName],
      ["event_source = ?", read.eventSource],
      ["access_key_id = ?", read.accessKeyId],
      ["read_only = ?", read.readOnly === undefined ? undefined : Number(read.readOnly)],
      ["sequence < ?", read.before],
    ];
    const wanted = conditions.flatMap(([sql, value]) => (value === undefined ? [] : [{ sql, value }]));
    const where = wanted.length === 0 ? "" : `WHERE ${wanted.map(({ sql }) => sql).join(" AND ")}`;
    return this.#readers.once((reader) =>
      reader
        .all(
          `SELECT sequence, body FROM audit_records ${where} ORDER BY sequence DESC LIMIT ?`,
          ...wanted.map(({ value }) => value),
          read.limit,
        )
        .map((row) => ({ sequence: integerOf(row, "sequence"), body: textOf(row, "body") })),
    );
  }

  async readForward(read: { readonly after: number; readonly limit: number }): Promise<readonly AuditRecord[]> {
    return this.#readers.once((reader) =>
      reader
        .all(
          "SELECT sequence, body FROM audit_records WHERE sequence > ? ORDER BY sequence LIMIT ?",
          read.after,
          read.limit,
        )
        .map((row) => ({ sequence: integerOf(row, "sequence"), body: textOf(row, "body") })),
    );
  }

  deleteOlderThan(before: number, limit: number): Promise<number> {
    return this.#commits.submit(
      (writer) =>
        writer.run(
          `DELETE FROM audit_records WHERE sequence IN (
             SELECT sequence FROM audit_records WHERE at < ? ORDER BY at LIMIT ?)`,
          before,
          limit,
        ).changes,
    );
  }
}
