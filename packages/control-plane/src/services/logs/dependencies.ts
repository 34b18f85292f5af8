import type { Clock, Logger } from "@fleetless/kernel";
import type { Call } from "../../gateway/call.ts";
import type { LogEvents } from "../../state/append/log-events.ts";
import type { Store } from "../../state/store.ts";
import type { Scope } from "./collections.ts";
import { type GroupIdentification, groupNameForPolicy, logStreamArn } from "./names.ts";

/** What the handlers and controllers of CloudWatch Logs work with. */
export interface LogsDependencies {
  readonly store: Store;
  readonly events: LogEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

export const scopeOfCall = (call: Call): Scope => ({ accountId: call.accountId, region: call.region });

/** What a call on one group, or on one stream of it, is checked against. */
export const logResources = (
  input: GroupIdentification & { readonly logStreamName?: string | undefined },
  call: Call,
): readonly string[] => [logStreamArn(scopeOfCall(call), groupNameForPolicy(input), input.logStreamName ?? "")];
