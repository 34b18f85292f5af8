import { table } from "./output.ts";

interface CostRow {
  readonly key: string;
  readonly tasks: number;
  readonly running: number;
  readonly usage: {
    readonly seconds: number;
    readonly vcpuSeconds: number;
    readonly gbSeconds: number;
    readonly storageGbSeconds: number;
  };
  readonly costs: {
    readonly asRun: number;
    readonly onDemand: number;
    readonly spot: number;
    readonly savingsPlan1Year: number;
    readonly savingsPlan3Year: number;
  };
  readonly monthly: number;
}

/** What `POST /cost/report` of the local API answers; money in US dollars. */
export interface CostReport {
  readonly rows: readonly CostRow[];
  readonly total: CostRow;
  readonly prices: {
    readonly asOf?: string;
    readonly regions: readonly string[];
    readonly unconfirmed: readonly string[];
  };
  readonly unpriced: readonly { readonly region: string; readonly tasks: number }[];
}

interface Size {
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

/** What `POST /cost/advice` of the local API answers. */
export interface CostAdvice {
  readonly family: string;
  readonly architecture: string;
  readonly size: Size;
  readonly tasks: number;
  readonly measuredSeconds: number;
  readonly cpuPeakUnits: number;
  readonly memoryPeakMiB: number;
  readonly advised?: Size;
  readonly monthlyNow: number;
  readonly monthlyAdvised?: number;
}

/** Cents where there are some, else enough digits to see something. */
export const dollars = (amount: number): string => `$${amount.toFixed(amount >= 1 || amount === 0 ? 2 : 6)}`;
const hours = (seconds: number): string => (seconds / 3_600).toFixed(3);

const rowOf = ({ key, tasks, running, usage, costs, monthly }: CostRow): readonly string[] => [
  key,
  `${tasks}${running === 0 ? "" : ` (${running} running)`}`,
  hours(usage.vcpuSeconds),
  hours(usage.gbSeconds),
  hours(usage.storageGbSeconds),
  dollars(costs.asRun),
  dollars(costs.onDemand),
  dollars(costs.spot),
  dollars(costs.savingsPlan1Year),
  dollars(costs.savingsPlan3Year),
  monthly === 0 ? "" : dollars(monthly),
];

const heads = ["TASKS", "vCPU-HOURS", "GB-HOURS", "STORAGE GB-HOURS", "AS RUN", "ON DEMAND", "SPOT"];

/** A report as a person reads it. */
export const reportText = ({ rows, total, prices, unpriced }: CostReport, by: string): string => {
  const leftOut = unpriced.map(
    ({ region, tasks }) =>
      `Left out: ${tasks} ${tasks === 1 ? "task" : "tasks"} in ${region}, of which no prices are known (see --price-region)`,
  );
  if (rows.length === 0) return ["No task has used anything in this time", ...leftOut].join("\n");
  return [
    table([
      [by.toUpperCase(), ...heads, "PLAN 1 YEAR", "PLAN 3 YEARS", "A MONTH"],
      ...rows.map(rowOf),
      ...(rows.length > 1 ? [rowOf(total)] : []),
    ]),
    `\nPrices of ${prices.regions.join(", ")} ${prices.asOf === undefined ? "of a day that is not known" : `as of ${prices.asOf}`}; plans are Compute Savings Plans without upfront payment.`,
    ...prices.unconfirmed.map((sentence) => `Not confirmed: ${sentence}`),
    ...leftOut,
  ].join("\n");
};

const vcpu = (units: number): string => `${Number((units / 1024).toFixed(2))} vCPU`;
const size = ({ cpuUnits, memoryMiB }: Size): string =>
  `${vcpu(cpuUnits)}, ${Number((memoryMiB / 1024).toFixed(2))} GB`;
const duration = (seconds: number): string =>
  seconds >= 7_200
    ? `${(seconds / 3_600).toFixed(0)} h`
    : seconds >= 120
      ? `${(seconds / 60).toFixed(0)} min`
      : `${seconds} s`;

/** Less than this says little of what a program needs on a busy day, in seconds. */
const enough = 86_400;

const verdict = (advice: CostAdvice): string => {
  if (advice.advised === undefined) return "needs more than Fargate offers";
  const { cpuUnits, memoryMiB } = advice.advised;
  if (cpuUnits === advice.size.cpuUnits && memoryMiB === advice.size.memoryMiB) return "fits";
  return size(advice.advised);
};

/** Advice as a person reads it. */
export const adviceText = (advice: readonly CostAdvice[]): string => {
  if (advice.length === 0) return "No task was measured yet: tasks are measured once a minute, and when they end";
  const rows = advice.map((each) => [
    each.family,
    size(each.size),
    vcpu(each.cpuPeakUnits),
    `${each.memoryPeakMiB} MiB`,
    verdict(each),
    dollars(each.monthlyNow),
    each.monthlyAdvised === undefined ? "" : dollars(each.monthlyAdvised),
    `${each.tasks} ${each.tasks === 1 ? "task" : "tasks"}, ${duration(each.measuredSeconds)}`,
  ]);
  const thin = advice.some(({ measuredSeconds }) => measuredSeconds < enough);
  return [
    table([["FAMILY", "SIZE", "PEAK CPU", "PEAK MEMORY", "ADVICE", "A MONTH", "THEN", "BASED ON"], ...rows]),
    ...(thin
      ? ["\nLess than a day of measurements says little of a busy day: let it run on before you shrink it."]
      : []),
  ].join("\n");
};
