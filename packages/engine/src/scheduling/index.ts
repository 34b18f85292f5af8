export { type CapacityProviderStrategyItem, splitByStrategy } from "./capacity-provider-strategy.ts";
export {
  capacityUnavailable,
  type NodeRoom,
  type Placement,
  type PlacementRequest,
  type PlacementResult,
  place,
  type ZoneLoad,
} from "./place.ts";
export {
  fargateSizes,
  parseCpuUnits,
  parseMemoryMiB,
  type TaskSize,
  type TaskSizeRefusal,
  type TaskSizeResult,
  taskSizeOf,
} from "./task-size.ts";
