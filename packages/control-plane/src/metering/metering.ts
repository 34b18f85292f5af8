import { pricedRegions, pricesOf } from "@fleetless/engine";
import type { AccountId, Clock } from "@fleetless/kernel";
import type { UsageRecords } from "../state/append/usage-records.ts";
import { adviseSizes, type CostAdvice } from "./cost-advice.ts";
import { type CostGrouping, type CostReport, reportCosts } from "./cost-report.ts";
import { type LineItemPage, lineItemsOf } from "./line-items.ts";
import { type TaskUsage, taskUsageOf } from "./task-usage.ts";
import { readUsagePage, readUsages, type UsagePlace, type UsageSpan } from "./usage-pages.ts";

export interface CostQuery extends UsageSpan {
  /** Whose prices are used for all tasks; each task's own region where left out. */
  readonly priceRegion?: string | undefined;
  /** Only this task, by its id. */
  readonly task?: string | undefined;
}

/** There are no prices for a region that was asked for. */
export class UnknownPricesError extends Error {
  override readonly name = "UnknownPricesError";
}

export interface Metering {
  /** Throws UnknownPricesError. Tasks in regions without prices are counted in `unpriced`. */
  report(by: CostGrouping, query: CostQuery): Promise<CostReport>;
  /** The bill, some tasks at a time. Throws UnknownPricesError. */
  lineItems(query: CostQuery, after: UsagePlace | undefined): Promise<LineItemPage>;
  /** Right sizes from what was measured. Throws UnknownPricesError. */
  advise(query: CostQuery): Promise<readonly CostAdvice[]>;
}

interface MeteringDependencies {
  readonly records: UsageRecords;
  readonly accountId: AccountId;
  readonly clock: Clock;
}

const tasksOfPage = 500;

const checkPrices = (region: string | undefined): void => {
  if (region === undefined || pricesOf(region) !== undefined) return;
  throw new UnknownPricesError(
    `No Fargate prices are known for ${region}; they are for ${pricedRegions.join(", ")}: choose one with --price-region`,
  );
};

/** Usage and cost, from the usage records alone. */
export const createMetering = ({ records, accountId, clock }: MeteringDependencies): Metering => {
  const usagesOf = async function* (query: CostQuery): AsyncGenerator<TaskUsage, void, undefined> {
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
      return reportCosts(usagesOf(query), { by, span: query, priceRegion: query.priceRegion, now: clock.now() });
    },
    lineItems: async (query, after) => {
      checkPrices(query.priceRegion);
      const { usages, next } = await readUsagePage(records, accountId, query, after, tasksOfPage);
      const now = clock.now();
      const regionOf = (task: TaskUsage): string => query.priceRegion ?? task.region;
      const regions = new Set(usages.map(regionOf));
      return {
        items: usages.flatMap((task) => lineItemsOf(task, query, regionOf(task), now)),
        unpriced: [...regions].filter((region) => pricesOf(region) === undefined),
        ...(next === undefined ? {} : { next }),
      };
    },
    advise: async (query) => {
      checkPrices(query.priceRegion);
      return adviseSizes(usagesOf(query), query.priceRegion);
    },
  };
};
