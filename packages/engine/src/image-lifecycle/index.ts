export { type Expiry, type LifecycleImage, planExpiry } from "./plan-expiry.ts";
export { LifecyclePolicyError, parseLifecyclePolicy } from "./policy.ts";
