export * from "./dns/index.ts";
export * from "./image-lifecycle/index.ts";
export * from "./lifecycle/index.ts";
export * from "./metering/index.ts";
export * from "./network/index.ts";
export * from "./regular-expression/index.ts";
export * from "./scheduling/index.ts";
export { matchesWildcard } from "./text/wildcard.ts";
export * from "./way-out/index.ts";
