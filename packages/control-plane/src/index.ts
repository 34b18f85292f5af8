export type { Call, Principal } from "./gateway/call.ts";
export type { Operation } from "./gateway/operation.ts";
export type { Controller, Service } from "./gateway/service.ts";
