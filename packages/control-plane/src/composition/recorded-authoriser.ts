import { randomUUID } from "node:crypto";
import type { Principal } from "../gateway/call.ts";
import type { AuditSink, Authoriser, Decision } from "../gateway/ports.ts";

const remembered = 10_000;
const reading = /^(Get|List|Describe|Batch(Get|Check))/;
/** The service that acts for tasks, as the trail names who called. */
const service = "ecs-tasks.amazonaws.com";

/**
 * Decides as the authoriser does, and tells the audit trail of what is done under roles without a call of their
 * own, such as reading a secret for a task: each action of a session once.
 */
export const recordDecisions = (
  authoriser: Authoriser,
  audit: AuditSink,
  settings: { readonly now: () => number; readonly region: string },
): Authoriser => {
  const told = new Set<string>();
  const tell = (principal: Principal, decision: Decision): void => {
    for (const check of decision.checks) {
      const key = `${principal.arn} ${check.action} ${check.resource} ${check.outcome}`;
      if (told.has(key)) continue;
      if (told.size >= remembered) told.clear();
      told.add(key);
      const [namespace = "", operation = ""] = check.action.split(":");
      audit.record({
        eventId: randomUUID(),
        requestId: randomUUID(),
        at: settings.now(),
        service: namespace,
        operation,
        readOnly: reading.test(operation),
        region: settings.region,
        accountId: principal.accountId,
        principal,
        accessKeyId: undefined,
        sourceAddress: service,
        userAgent: service,
        requestParameters: { resource: check.resource },
        responseElements: undefined,
        errorCode: check.outcome === "allowed" ? undefined : "AccessDenied",
        errorMessage: check.outcome === "allowed" || decision.kind === "allowed" ? undefined : decision.because,
        checks: [check],
      });
    }
  };
  return {
    decide: async (principal, permissions, globalConditionKeys) => {
      const decision = await authoriser.decide(principal, permissions, globalConditionKeys);
      tell(principal, decision);
      return decision;
    },
  };
};
