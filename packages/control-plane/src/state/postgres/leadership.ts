import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Logger, messageOf } from "@fleetless/kernel";
import type { Connection } from "./connection.ts";
import type { PostgresLocation } from "./location.ts";
import { locks } from "./lock.ts";

const askMilliseconds = 500;

/** What a process that leads a shard is told. */
export interface Lead {
  /** This process alone leads from now on. */
  readonly begin: () => void;
  /** Another process leads from now on; this one never does again. */
  readonly lost: () => void;
}

/**
 * Leads a shard for as long as a connection of its own holds the shard's advisory lock, which the server takes back
 * when the process dies. Answers how to leave. Where the connection was lost and nobody else came first, the lead goes
 * on.
 */
export const leadShard = (
  location: PostgresLocation,
  connect: () => Promise<Connection>,
  shard: string,
  lead: Lead,
  logger: Logger,
): (() => Promise<void>) => {
  const leaving = new AbortController();
  const lock = locks.leadership + createHash("sha256").update(shard).digest().readUInt16BE();
  let leads = false;

  /** Answers false once another process has taken the lead over. */
  const holdOnce = async (connection: Connection): Promise<boolean> => {
    const lost = new Promise<void>((resolve) => connection.onLost(resolve));
    while (!leaving.signal.aborted) {
      const [row] = await connection.query("SELECT pg_try_advisory_lock($1, $2) AS taken", location.lockSpace, lock);
      if (row?.taken === true) break;
      if (leads) return false;
      await sleep(askMilliseconds, undefined, { signal: leaving.signal }).catch(() => undefined);
    }
    if (leaving.signal.aborted) return true;
    if (!leads) {
      leads = true;
      lead.begin();
    }
    const left = new Promise<void>((resolve) => leaving.signal.addEventListener("abort", () => resolve()));
    await Promise.race([lost, left]);
    return true;
  };

  const hold = async (): Promise<void> => {
    while (!leaving.signal.aborted) {
      let connection: Connection | undefined;
      try {
        connection = await connect();
        if (await holdOnce(connection)) continue;
        logger.error({ shard }, "another process leads now; this one has stopped its part of it");
        lead.lost();
        return;
      } catch (thrown) {
        logger.warn({ shard, error: messageOf(thrown) }, "PostgreSQL does not answer, will retry");
        await sleep(askMilliseconds, undefined, { signal: leaving.signal }).catch(() => undefined);
      } finally {
        await connection?.close();
      }
    }
  };

  const holding = hold();
  return async () => {
    leaving.abort();
    await holding;
  };
};
