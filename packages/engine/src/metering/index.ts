export {
  costOf,
  type FargateRate,
  type PricePlan,
  pricedRegions,
  pricePlans,
  pricesOf,
  type RegionPrices,
} from "./prices.ts";
export { type MeasuredPeak, rightSize } from "./right-size.ts";
export { addUsage, billedSpan, daysOf, type MeteredTask, noUsage, type Span, type Usage, usageOf } from "./usage.ts";
