import { type FargateRate, pricesOf, rightSize, type TaskSize } from "@fleetless/engine";
import type { TaskUsage } from "./task-usage.ts";

/** What is left free above the highest peak that was measured. */
const headroom = 0.2;

/** Tasks of one family, architecture and size, and the size that would do. */
export interface CostAdvice {
  readonly family: string;
  readonly architecture: TaskUsage["architecture"];
  readonly size: TaskSize;
  /** How many tasks it is based on, and how long they were measured altogether, in seconds. */
  readonly tasks: number;
  readonly measuredSeconds: number;
  readonly cpuPeakUnits: number;
  readonly cpuAverageUnits: number;
  readonly memoryPeakMiB: number;
  readonly memoryAverageMiB: number;
  /** Undefined where the peak with headroom fits in no size that Fargate offers. */
  readonly advised?: TaskSize;
  /** US dollars for one task that runs for a month of 730 hours, on demand. */
  readonly monthlyNow: number;
  readonly monthlyAdvised?: number;
}

interface Group {
  readonly first: TaskUsage;
  readonly rate: FargateRate;
  tasks: number;
  seconds: number;
  cpuSeconds: number;
  cpuPeak: number;
  memoryPeak: number;
  memorySeconds: number;
}

const mebibyte = 1024 * 1024;
const hoursOfMonth = 730;

const monthly = ({ cpuUnits, memoryMiB }: TaskSize, rate: FargateRate): number =>
  ((cpuUnits * rate.vcpuHour + memoryMiB * rate.gbHour) * hoursOfMonth) / 1024;

const adviceOf = (group: Group): CostAdvice => {
  const { family, architecture, cpuUnits, memoryMiB } = group.first;
  const memoryPeakMiB = Math.ceil(group.memoryPeak / mebibyte);
  const advised = rightSize({ cpuUnits: group.cpuPeak, memoryMiB: memoryPeakMiB }, headroom, group.rate);
  return {
    family,
    architecture,
    size: { cpuUnits, memoryMiB },
    tasks: group.tasks,
    measuredSeconds: Math.round(group.seconds),
    cpuPeakUnits: group.cpuPeak,
    cpuAverageUnits: Math.round((group.cpuSeconds * 1024) / Math.max(1, group.seconds)),
    memoryPeakMiB,
    memoryAverageMiB: Math.round(group.memorySeconds / Math.max(1, group.seconds) / mebibyte),
    monthlyNow: monthly({ cpuUnits, memoryMiB }, group.rate),
    ...(advised === undefined ? {} : { advised, monthlyAdvised: monthly(advised, group.rate) }),
  };
};

/** The smallest size in which what was measured fits with headroom, for each family and size that ran. */
export const adviseSizes = async (
  usages: AsyncIterable<TaskUsage>,
  priceRegion: string | undefined,
): Promise<readonly CostAdvice[]> => {
  const groups = new Map<string, Group>();
  for await (const task of usages) {
    const { measured } = task;
    const rate = pricesOf(priceRegion ?? task.region)?.architectures[task.architecture].onDemand;
    if (measured === undefined || rate === undefined) continue;
    const key = `${task.family}\n${task.architecture}\n${task.cpuUnits}\n${task.memoryMiB}`;
    const group = groups.get(key) ?? {
      first: task,
      rate,
      tasks: 0,
      seconds: 0,
      cpuSeconds: 0,
      cpuPeak: 0,
      memoryPeak: 0,
      memorySeconds: 0,
    };
    const seconds = Math.max(1, (measured.at - task.pullStartedAt) / 1_000);
    group.tasks += 1;
    group.seconds += seconds;
    group.cpuSeconds += measured.cpuSeconds;
    group.cpuPeak = Math.max(group.cpuPeak, measured.cpuPeakUnits);
    group.memoryPeak = Math.max(group.memoryPeak, measured.memoryPeakBytes);
    group.memorySeconds += measured.memoryAverageBytes * seconds;
    groups.set(key, group);
  }
  return [...groups.values()].map(adviceOf).toSorted((a, b) => (a.family < b.family ? -1 : 1));
};
