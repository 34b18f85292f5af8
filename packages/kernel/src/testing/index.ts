export * from "./sample-vpc.ts";
export * from "./sample-workload.ts";
