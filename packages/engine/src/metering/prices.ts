import data from "./fargate-prices.json" with { type: "json" };
import type { Usage } from "./usage.ts";

export const pricePlans = ["onDemand", "spot", "savingsPlan1Year", "savingsPlan3Year"] as const;
export type PricePlan = (typeof pricePlans)[number];

export interface FargateRate {
  /** US dollars. */
  readonly vcpuHour: number;
  readonly gbHour: number;
  /** Whether it stands in AWS's own price list, or is worked out from what AWS says of it. */
  readonly confirmed: boolean;
  /** The day for which its source gives it, such as 2026-06-17; null where that is not known. */
  readonly asOf: string | null;
  readonly source: string;
}

export interface RegionPrices {
  readonly region: string;
  /** Of usage types in AWS's bill, such as `USE1-`. */
  readonly usageTypePrefix: string;
  /** US dollars for a GB of ephemeral storage above 20 GB; no plan makes it cheaper. */
  readonly storageGbHour: number;
  readonly architectures: Readonly<Record<"X86_64" | "ARM64", Readonly<Record<PricePlan, FargateRate>>>>;
}

const regions: readonly RegionPrices[] = data.regions;

export const pricedRegions: readonly string[] = regions.map(({ region }) => region);
export const pricesOf = (region: string): RegionPrices | undefined =>
  regions.find((candidate) => candidate.region === region);

const hour = 3_600;

/** US dollars. */
export const costOf = (usage: Usage, rate: FargateRate, storageGbHour: number): number =>
  (usage.vcpuSeconds * rate.vcpuHour + usage.gbSeconds * rate.gbHour + usage.storageGbSeconds * storageGbHour) / hour;
