export * from "./lifecycle/index.ts";
