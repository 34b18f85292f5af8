import type { AccountId } from "@fleetless/kernel";
import type { UsageRecord, UsageRecords } from "../state/append/usage-records.ts";
import { type TaskUsage, taskUsageOf } from "./task-usage.ts";

export interface UsageSpan {
  /** Inclusive; milliseconds since the Unix epoch. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly to?: number | undefined;
}

const pageSize = 1_000;
/** A task that ended at once is billed for so long. */
const leastBilled = 60_000;

export type UsagePlace = Pick<UsageRecord, "startedAt" | "id">;

/** Tasks that may have used something within a span, at most `limit`, in the order of their starts. */
export const readUsagePage = async (
  records: UsageRecords,
  accountId: AccountId,
  { from, to }: UsageSpan,
  after: UsagePlace | undefined,
  limit: number,
): Promise<{ readonly usages: readonly TaskUsage[]; readonly next: UsagePlace | undefined }> => {
  const page = await records.read({
    accountId,
    ...(from === undefined ? {} : { endedFrom: from - leastBilled }),
    ...(to === undefined ? {} : { startedBefore: to }),
    ...(after === undefined ? {} : { after }),
    limit,
  });
  const last = page.at(-1);
  const next = page.length < limit || last === undefined ? undefined : { startedAt: last.startedAt, id: last.id };
  return { usages: page.map(taskUsageOf), next };
};

/** All tasks that may have used something within a span. */
export const readUsages = async function* (
  records: UsageRecords,
  accountId: AccountId,
  span: UsageSpan,
): AsyncGenerator<TaskUsage, void, undefined> {
  let after: UsagePlace | undefined;
  do {
    const { usages, next } = await readUsagePage(records, accountId, span, after, pageSize);
    yield* usages;
    after = next;
  } while (after !== undefined);
};
