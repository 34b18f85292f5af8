import { pricedRegions, pricesOf } from "@fleetless/engine";
import type { AccountId, Clock } from "@fleetless/kernel";
import type { UsageRecords } from "../state/append/usage-records.ts";
import { adviseSizes, type CostAdvice } from "./cost-advice.ts";
import { type CostGrouping, type CostReport, reportCosts } from "./cost-report.ts";
import { type LineItem, type LineItemPage, lineItemsOf } from "./line-items.ts";
import { type TaskUsage, taskUsageOf } from "./task-usage.ts";
import { readUsagePage, readUsages, type UsagePlace, type UsageSpan } from "./usage-pages.ts";

export interface CostQuery extends UsageSpan {
  /** Whose prices are used for all tasks; each task's own region where left out. */
  readonly priceRegion?: string | undefined;
  /** Whose tasks; the account that the instance began with where left out. */
  readonly accountId?: AccountId | undefined;
  /** Only this task, by its id. */
  readonly task?: string | undefined;
}

/** What was asked for cannot be answered; the message says why and what to ask instead. */
export class CostQueryError extends Error {
  override readonly name = "CostQueryError";
}

export interface Metering {
  /** Throws CostQueryError. Tasks in regions without prices are counted in `unpriced`. */
  report(by: CostGrouping, query: CostQuery): Promise<CostReport>;
  /** The bill, some tasks at a time. Throws CostQueryError. */
  lineItems(query: CostQuery, after: UsagePlace | undefined): Promise<LineItemPage>;
  /** Right sizes from what was measured. Throws CostQueryError. */
  advise(query: CostQuery): Promise<readonly CostAdvice[]>;
}

interface MeteringDependencies {
  readonly records: UsageRecords;
  readonly accountId: AccountId;
  readonly clock: Clock;
}

const tasksOfPage = 500;
/** Lines after which a page ends, with the task that it is at. */
const linesOfPage = 5_000;
const maximumRows = 10_000;

const checkPrices = (region: string | undefined): void => {
  if (region === undefined || pricesOf(region) !== undefined) return;
  throw new CostQueryError(
    `No Fargate prices are known for ${region}; they are for ${pricedRegions.join(", ")}: choose one with --price-region`,
  );
};

/** Usage and cost, from the usage records alone. */
export const createMetering = ({ records, accountId: own, clock }: MeteringDependencies): Metering => {
  const usagesOf = async function* (query: CostQuery): AsyncGenerator<TaskUsage, void, undefined> {
    const accountId = query.accountId ?? own;
    if (query.task === undefined) {
      yield* readUsages(records, accountId, query);
      return;
    }
    const record = await records.get(query.task);
    if (record?.accountId === accountId) yield taskUsageOf(record);
  };
  return {
    report: async (by, query) => {
      checkPrices(query.priceRegion);
      const { priceRegion } = query;
      const report = await reportCosts(usagesOf(query), { by, span: query, priceRegion, now: clock.now() });
      if (report.rows.length > maximumRows)
        throw new CostQueryError(`These are more than ${maximumRows} rows: choose a shorter time, or group by less`);
      return report;
    },
    lineItems: async (query, after) => {
      checkPrices(query.priceRegion);
      const { usages, next } = await readUsagePage(records, query.accountId ?? own, query, after, tasksOfPage);
      const now = clock.now();
      const regionOf = (task: TaskUsage): string => query.priceRegion ?? task.region;
      const unpriced = new Set<string>();
      const items: LineItem[] = [];
      for (const task of usages) {
        if (query.task !== undefined && task.taskId !== query.task) continue;
        if (pricesOf(regionOf(task)) === undefined) unpriced.add(regionOf(task));
        items.push(...lineItemsOf(task, query, regionOf(task), now));
        if (items.length >= linesOfPage)
          return { items, unpriced: [...unpriced], next: { startedAt: task.pullStartedAt, id: task.taskId } };
      }
      return { items, unpriced: [...unpriced], ...(next === undefined ? {} : { next }) };
    },
    advise: async (query) => {
      checkPrices(query.priceRegion);
      return adviseSizes(usagesOf(query), query.priceRegion);
    },
  };
};
