import {
  addUsage,
  billedSpan,
  costOf,
  daysOf,
  noUsage,
  pricePlans,
  pricesOf,
  type RegionPrices,
  type Span,
  type Usage,
  usageOf,
} from "@fleetless/engine";
import type { TaskUsage } from "./task-usage.ts";
import type { UsageSpan } from "./usage-pages.ts";

export type CostGrouping =
  | { readonly kind: "cluster" | "service" | "family" | "day" | "task" }
  | { readonly kind: "tag"; readonly key: string };

/** US dollars: as it was run (Spot tasks at Spot's price, the others on demand), and all of it by one plan. */
interface Costs {
  readonly asRun: number;
  readonly onDemand: number;
  readonly spot: number;
  readonly savingsPlan1Year: number;
  readonly savingsPlan3Year: number;
}

interface CostRow {
  readonly key: string;
  readonly tasks: number;
  readonly running: number;
  /** When the first of its image pulls began and the last of its tasks ended; milliseconds since the Unix epoch. */
  readonly startedAt?: number;
  /** Absent while any of them runs. */
  readonly endedAt?: number;
  readonly usage: Usage;
  readonly costs: Costs;
  /** What the tasks that still run cost in a month of 730 hours, as they are run. */
  readonly monthly: number;
}

export interface CostReport {
  readonly rows: readonly CostRow[];
  readonly total: CostRow;
  readonly prices: {
    readonly currency: "USD";
    /** The earliest day for which the confirmed prices are known to hold; absent where that of any is not known. */
    readonly asOf?: string;
    readonly regions: readonly string[];
    /** Prices that were used and are worked out instead of read from AWS's price list, a sentence each. */
    readonly unconfirmed: readonly string[];
  };
  /** Regions of which no prices are known; their tasks are in no row. */
  readonly unpriced: readonly { readonly region: string; readonly tasks: number }[];
}

const secondsOfMonth = 730 * 3_600;
const noCosts: Costs = { asRun: 0, onDemand: 0, spot: 0, savingsPlan1Year: 0, savingsPlan3Year: 0 };
const emptyRow = (key: string): CostRow => ({ key, tasks: 0, running: 0, usage: noUsage, costs: noCosts, monthly: 0 });

const costsOf = (task: TaskUsage, usage: Usage, prices: RegionPrices): Costs => {
  const rates = prices.architectures[task.architecture];
  const by = (plan: (typeof pricePlans)[number]): number => costOf(usage, rates[plan], prices.storageGbHour);
  return {
    asRun: by(task.spot ? "spot" : "onDemand"),
    onDemand: by("onDemand"),
    spot: by("spot"),
    savingsPlan1Year: by("savingsPlan1Year"),
    savingsPlan3Year: by("savingsPlan3Year"),
  };
};

const addCosts = (a: Costs, b: Costs): Costs => ({
  asRun: a.asRun + b.asRun,
  onDemand: a.onDemand + b.onDemand,
  spot: a.spot + b.spot,
  savingsPlan1Year: a.savingsPlan1Year + b.savingsPlan1Year,
  savingsPlan3Year: a.savingsPlan3Year + b.savingsPlan3Year,
});

const joinTimes = (a: CostRow, b: CostRow): Pick<CostRow, "startedAt" | "endedAt"> => {
  const rows = [a, b].filter(({ tasks }) => tasks > 0);
  const starts = rows.flatMap(({ startedAt }) => startedAt ?? []);
  const ends = rows.flatMap(({ endedAt }) => endedAt ?? []);
  return {
    ...(starts.length === 0 ? {} : { startedAt: Math.min(...starts) }),
    ...(ends.length < rows.length ? {} : { endedAt: Math.max(...ends) }),
  };
};

const addRows = (a: CostRow, b: CostRow): CostRow => ({
  key: a.key,
  tasks: a.tasks + b.tasks,
  running: a.running + b.running,
  ...joinTimes(a, b),
  usage: addUsage(a.usage, b.usage),
  costs: addCosts(a.costs, b.costs),
  monthly: a.monthly + b.monthly,
});

const monthOf = (task: TaskUsage, prices: RegionPrices): number => {
  if (task.endedAt !== undefined) return 0;
  const month = { ...task, pullStartedAt: 0, endedAt: secondsOfMonth * 1_000 };
  return costsOf(task, usageOf(month, 0), prices).asRun;
};

const keyOf = (task: TaskUsage, by: CostGrouping): string => {
  switch (by.kind) {
    case "cluster":
      return task.cluster;
    case "service":
      return task.service ?? "(no service)";
    case "family":
      return task.family;
    case "task":
      return task.taskId;
    case "tag":
      return (Object.hasOwn(task.tags, by.key) ? task.tags[by.key] : undefined) ?? `(no tag ${by.key})`;
    case "day":
      return "";
  }
};

/** What one task is billed for within a span, in the rows it belongs to. */
const rowsOf = (task: TaskUsage, by: CostGrouping, span: Span, prices: RegionPrices, now: number): CostRow[] => {
  const billed = billedSpan(task, now);
  if (billed === undefined) return [];
  const within = { from: Math.max(billed.from, span.from), to: Math.min(billed.to, span.to) };
  if (within.from >= within.to) return [];
  const parts =
    by.kind === "day"
      ? daysOf(within).map((part) => ({ key: new Date(part.from).toISOString().slice(0, 10), part }))
      : [{ key: keyOf(task, by), part: within }];
  return parts.map(({ key, part }, index) => {
    const usage = usageOf(task, now, part);
    const isLast = index === parts.length - 1;
    return {
      key,
      tasks: 1,
      startedAt: task.pullStartedAt,
      ...(task.endedAt === undefined ? {} : { endedAt: task.endedAt }),
      running: isLast && task.endedAt === undefined ? 1 : 0,
      usage,
      costs: costsOf(task, usage, prices),
      monthly: isLast ? monthOf(task, prices) : 0,
    };
  });
};

const unconfirmedOf = (prices: RegionPrices, architectures: ReadonlySet<TaskUsage["architecture"]>): string[] =>
  [...architectures].flatMap((architecture) =>
    pricePlans.flatMap((plan) => {
      const { confirmed, source } = prices.architectures[architecture][plan];
      return confirmed ? [] : [`${prices.region} ${architecture} ${plan}: ${source}`];
    }),
  );

const daysOfPrices = (prices: RegionPrices, architectures: ReadonlySet<TaskUsage["architecture"]>): (string | null)[] =>
  [...architectures].flatMap((architecture) =>
    pricePlans
      .map((plan) => prices.architectures[architecture][plan])
      .flatMap(({ asOf, confirmed }) => (confirmed ? [asOf] : [])),
  );

const earliestDay = (days: readonly (string | null)[]): { readonly asOf?: string } => {
  const known = days.filter((day) => day !== null).toSorted();
  const [asOf] = known;
  return asOf === undefined || known.length < days.length ? {} : { asOf };
};

export interface ReportOptions {
  readonly by: CostGrouping;
  readonly span: UsageSpan;
  /** Whose prices are used for all tasks; each task's own region where left out. */
  readonly priceRegion?: string | undefined;
  readonly now: number;
}

/** Sums up what tasks used and what that would cost on AWS, in the order of the rows' names. */
export const reportCosts = async (usages: AsyncIterable<TaskUsage>, options: ReportOptions): Promise<CostReport> => {
  const span = {
    from: options.span.from ?? Number.NEGATIVE_INFINITY,
    to: options.span.to ?? Number.POSITIVE_INFINITY,
  };
  const rows = new Map<string, CostRow>();
  const unpriced = new Map<string, number>();
  const priced = new Map<RegionPrices, Set<TaskUsage["architecture"]>>();
  let total = emptyRow("Total");
  for await (const task of usages) {
    const region = options.priceRegion ?? task.region;
    const prices = pricesOf(region);
    if (prices === undefined) {
      unpriced.set(region, (unpriced.get(region) ?? 0) + 1);
      continue;
    }
    const parts = rowsOf(task, options.by, span, prices, options.now);
    if (parts.length === 0) continue;
    for (const part of parts) rows.set(part.key, addRows(rows.get(part.key) ?? emptyRow(part.key), part));
    total = { ...parts.reduce(addRows, total), tasks: total.tasks + 1 };
    priced.set(prices, (priced.get(prices) ?? new Set()).add(task.architecture));
  }
  return {
    rows: [...rows.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)),
    total,
    prices: {
      currency: "USD",
      ...earliestDay([...priced].flatMap(([prices, architectures]) => daysOfPrices(prices, architectures))),
      regions: [...priced.keys()].map(({ region }) => region),
      unconfirmed: [...priced].flatMap(([prices, architectures]) => unconfirmedOf(prices, architectures)),
    },
    unpriced: [...unpriced].map(([region, tasks]) => ({ region, tasks })),
  };
};
