import { createHash } from "node:crypto";
import { billedSpan, daysOf, pricesOf, type RegionPrices, type Span, usageOf } from "@fleetless/engine";
import type { TaskUsage } from "./task-usage.ts";
import type { UsagePlace, UsageSpan } from "./usage-pages.ts";

/** Lines by the Cost and Usage Report's column names. */
export type LineItem = Readonly<Record<string, string>>;

export interface LineItemPage {
  readonly items: readonly LineItem[];
  /** Give it as `after` for the next page; absent on the last. */
  readonly next?: UsagePlace;
  readonly unpriced: readonly string[];
}

interface Measure {
  readonly usageType: string;
  readonly unit: string;
  readonly amount: number;
  readonly rate: number;
  readonly description: string;
  /** What was really used of it, in the same unit; undefined where that is not measured. */
  readonly actual?: number | undefined;
}

/** As in AWS's bill: no exponents, no more digits than mean something. */
const decimal = (value: number): string => value.toFixed(10).replace(/\.?0+$/, "");
const instant = (milliseconds: number): string => new Date(milliseconds).toISOString().replace(/\.\d+Z$/, "Z");

/** What the task was measured to use, in hours, as much of it as falls to a part of its time. */
const actualHours = (task: TaskUsage, part: Span, now: number): { readonly vcpu?: number; readonly gb?: number } => {
  const { measured } = task;
  const { seconds } = usageOf(task, now, part);
  const whole = usageOf(task, now).seconds;
  if (measured === undefined || whole === 0) return {};
  return {
    vcpu: (measured.cpuSeconds * seconds) / whole / 3_600,
    gb: ((measured.memoryAverageBytes / 1024 ** 3) * seconds) / 3_600,
  };
};

const measuresOf = (task: TaskUsage, part: Span, prices: RegionPrices, now: number): readonly Measure[] => {
  const usage = usageOf(task, now, part);
  const actual = actualHours(task, part, now);
  const rate = prices.architectures[task.architecture][task.spot ? "spot" : "onDemand"];
  const prefix = `${prices.usageTypePrefix}${task.spot ? "SpotUsage-" : ""}Fargate-`;
  const architecture = task.architecture === "ARM64" ? "ARM-" : "";
  const kind = `AWS Fargate${task.spot ? " Spot" : ""}${task.architecture === "ARM64" ? " - ARM" : ""}`;
  const measures: readonly Measure[] = [
    {
      usageType: `${prefix}${architecture}vCPU-Hours:perCPU`,
      unit: "hours",
      amount: usage.vcpuSeconds / 3_600,
      rate: rate.vcpuHour,
      actual: actual.vcpu,
      description: `${kind} - vCPU - ${prices.region}`,
    },
    {
      usageType: `${prefix}${architecture}GB-Hours`,
      unit: "hours",
      amount: usage.gbSeconds / 3_600,
      rate: rate.gbHour,
      actual: actual.gb,
      description: `${kind} - Memory - ${prices.region}`,
    },
    {
      usageType: `${prices.usageTypePrefix}Fargate-EphemeralStorage-GB-Hours`,
      unit: "GB-Hours",
      amount: usage.storageGbSeconds / 3_600,
      rate: prices.storageGbHour,
      description: `AWS Fargate - Ephemeral storage - ${prices.region}`,
    },
  ];
  return measures.filter(({ amount }) => amount > 0);
};

/**
 * The columns of AWS's split cost allocation data that Fargate has; storage is not split.
 * https://docs.aws.amazon.com/cur/latest/userguide/split-line-item-columns.html
 */
const splitColumns = ({ unit, amount, rate, actual }: Measure): LineItem => {
  const isSplit = unit === "hours";
  const split = Math.max(amount, actual ?? 0);
  return {
    "splitLineItem/ActualUsage": !isSplit || actual === undefined ? "" : decimal(actual),
    "splitLineItem/ReservedUsage": isSplit ? decimal(amount) : "",
    "splitLineItem/SplitCost": isSplit ? decimal(amount * rate) : "",
    "splitLineItem/SplitUsage": isSplit ? decimal(split) : "",
  };
};

const lineOf = (task: TaskUsage, part: Span, measure: Measure, prices: RegionPrices): LineItem => {
  const start = new Date(part.from);
  const period = (months: number): string => instant(Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + months, 1));
  const day = instant(part.from).slice(0, 10);
  const identity = createHash("sha256").update(`${task.taskArn}\n${day}\n${measure.usageType}`).digest("hex");
  const tags = Object.entries(task.tags).map(([key, value]) => [`resourceTags/user:${key}`, value] as const);
  return {
    "identity/LineItemId": identity.slice(0, 52),
    "identity/TimeInterval": `${instant(part.from)}/${instant(part.to)}`,
    "bill/BillType": "Anniversary",
    "bill/PayerAccountId": task.accountId,
    "bill/BillingPeriodStartDate": period(0),
    "bill/BillingPeriodEndDate": period(1),
    "lineItem/UsageAccountId": task.accountId,
    "lineItem/LineItemType": "Usage",
    "lineItem/UsageStartDate": instant(part.from),
    "lineItem/UsageEndDate": instant(part.to),
    "lineItem/ProductCode": "AmazonECS",
    "lineItem/UsageType": measure.usageType,
    "lineItem/Operation": "FargateTask",
    "lineItem/AvailabilityZone": task.availabilityZone,
    "lineItem/ResourceId": task.taskArn,
    "lineItem/UsageAmount": decimal(measure.amount),
    "lineItem/CurrencyCode": "USD",
    "lineItem/UnblendedRate": decimal(measure.rate),
    "lineItem/UnblendedCost": decimal(measure.amount * measure.rate),
    "lineItem/LineItemDescription": measure.description,
    "product/region": prices.region,
    "pricing/term": task.spot ? "Spot" : "OnDemand",
    "pricing/unit": measure.unit,
    ...splitColumns(measure),
    "resourceTags/aws:ecs:clusterName": task.cluster,
    "resourceTags/aws:ecs:serviceName": task.service ?? "",
    ...Object.fromEntries(tags),
  };
};

/** A task's lines of the bill: one for each day of UTC and each thing it is billed for. */
export const lineItemsOf = (task: TaskUsage, span: UsageSpan, region: string, now: number): readonly LineItem[] => {
  const prices = pricesOf(region);
  const billed = billedSpan(task, now);
  if (prices === undefined || billed === undefined) return [];
  const within = {
    from: Math.max(billed.from, span.from ?? Number.NEGATIVE_INFINITY),
    to: Math.min(billed.to, span.to ?? Number.POSITIVE_INFINITY),
  };
  return daysOf(within).flatMap((part) =>
    measuresOf(task, part, prices, now).map((measure) => lineOf(task, part, measure, prices)),
  );
};
