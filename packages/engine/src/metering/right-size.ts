import { fargateSizes, type TaskSize } from "../scheduling/task-size.ts";
import type { FargateRate } from "./prices.ts";

/** The most that was measured of tasks of one kind. */
export interface MeasuredPeak {
  /** 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
}

const hourly = ({ cpuUnits, memoryMiB }: TaskSize, rate: FargateRate): number =>
  (cpuUnits * rate.vcpuHour + memoryMiB * rate.gbHour) / 1024;

/**
 * The cheapest size that Fargate offers in which the peak fits with `headroom` (0.2 leaves a fifth more than the
 * peak); undefined where it fits in none.
 */
export const rightSize = (peak: MeasuredPeak, headroom: number, rate: FargateRate): TaskSize | undefined => {
  const fitting = [...fargateSizes].flatMap(([cpuUnits, memories]) =>
    cpuUnits < peak.cpuUnits * (1 + headroom)
      ? []
      : memories
          .filter((memoryMiB) => memoryMiB >= peak.memoryMiB * (1 + headroom))
          .map((memoryMiB) => ({ cpuUnits, memoryMiB })),
  );
  return fitting.toSorted((a, b) => hourly(a, rate) - hourly(b, rate))[0];
};
