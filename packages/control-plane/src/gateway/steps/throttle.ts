import type { Call } from "../call.ts";

/** Says whether a caller may call now; AWS's token buckets are a setting, and by default nothing is throttled. */
export interface Throttle {
  /** Throws Throttling. */
  take(call: Call, service: string, operation: string): void;
}

export const unthrottled: Throttle = { take: () => undefined };
