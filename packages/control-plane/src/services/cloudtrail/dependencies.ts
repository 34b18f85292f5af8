import type { Clock, Logger } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { AuditRecords } from "../../state/append/audit-records.ts";
import type { Store } from "../../state/store.ts";
import type { Scope } from "./collections.ts";

interface LogDelivery {
  readonly logGroupArn: string;
  readonly roleArn: string;
  readonly stream: string;
  /** Numbers rise; a batch that was delivered before is not delivered again. */
  readonly batch: number;
  readonly events: readonly { readonly timestamp: number; readonly message: string }[];
}

/** The log group of a trail, as its role may reach it. */
export interface LogGroupDelivery {
  /** What stands in the way of a delivery, or undefined. */
  problem(logGroupArn: string, roleArn: string, scope: Scope): Promise<"group" | "trust" | "permissions" | undefined>;
  /** Throws ServiceErrors of what refuses. */
  deliver(delivery: LogDelivery, scope: Scope): Promise<void>;
}

export interface CloudTrailDependencies {
  readonly store: Store;
  readonly records: AuditRecords;
  readonly logGroups: LogGroupDelivery;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const scopeOfCall = (call: Call): Scope => ({ accountId: call.accountId, region: call.region });
