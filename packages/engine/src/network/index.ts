export * from "./compile-ruleset.ts";
export * from "./diff-ruleset.ts";
export * from "./ipv4.ts";
export * from "./reachability.ts";
export * from "./render-changes.ts";
export * from "./ruleset.ts";
