import { documents } from "./0001-documents.ts";
import { logEvents } from "./0002-log-events.ts";
import { auditRecords } from "./0003-audit-records.ts";
import { usageRecords } from "./0004-usage-records.ts";
import { logStreamsByTime } from "./0005-log-streams-by-time.ts";
import type { Migration } from "./migration.ts";

/** In order; versions rise by one, and say the same as those of the SQLite driver. */
export const allMigrations: readonly Migration[] = [documents, logEvents, auditRecords, usageRecords, logStreamsByTime];
