export * from "./lifecycle/index.ts";
export * from "./regular-expression/index.ts";
