export type { ContainerRuntime } from "./runtime/contract.ts";
