import type { CallHistory } from "../audit/call-history.ts";
import type { PermissionCheck } from "../gateway/ports.ts";
import { type AdvisedPolicy, policyOf } from "./policy-statements.ts";

/** What would let a denied call through, by the kind of policy in which it would have to stand. */
interface Remedy {
  readonly policyType: string;
  /** Where it goes: an ARN, or words. */
  readonly attachTo: string;
  readonly policy: AdvisedPolicy;
}

export interface CallExplanation {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly caller: string | undefined;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  /** Empty where no permission was asked for, or the caller is root and nothing withheld it. */
  readonly checks: readonly PermissionCheck[];
  /** The smallest policies that would have allowed the call; empty where it was allowed. */
  readonly remedies: readonly Remedy[];
  /** Explicit denies: no policy allows what these withhold. */
  readonly denies: readonly PermissionCheck[];
}

/** How the permissions of a call were decided, by its request id; undefined where the trail has no such call. */
export const explainCall = async (history: CallHistory, requestId: string): Promise<CallExplanation | undefined> => {
  const call = await history.ofRequest(requestId);
  if (call === undefined) return undefined;
  const { at, service, operation, callerArn, identityArn, checks, errorCode, errorMessage } = call;
  const missing = checks.filter(({ outcome }) => outcome === "not-allowed");
  return {
    at,
    service,
    operation,
    caller: callerArn,
    ...(errorCode === undefined ? {} : { errorCode }),
    ...(errorMessage === undefined ? {} : { errorMessage }),
    checks,
    remedies: remediesOf(missing, identityArn ?? "the caller"),
    denies: checks.filter(({ outcome }) => outcome === "explicitly-denied"),
  };
};

const remediesOf = (missing: readonly PermissionCheck[], identity: string): readonly Remedy[] => {
  const remedies: Remedy[] = [];
  for (const policyType of new Set(missing.map((check) => check.policyType))) {
    const lacking = missing.filter((check) => check.policyType === policyType);
    const policy = policyOf(lacking);
    if (policyType !== "resource-based policy") {
      remedies.push({ policyType, attachTo: placeOf(policyType, identity), policy });
      continue;
    }
    const Statement = policy.Statement.map((statement) => ({ ...statement, Principal: { AWS: identity } }));
    const attachTo = [...new Set(lacking.map(({ resource }) => resource))].join(", ");
    remedies.push({ policyType, attachTo, policy: { ...policy, Statement } });
  }
  return remedies;
};

const placeOf = (policyType: string, identity: string): string => {
  if (policyType === "permissions boundary") return `the permissions boundary of ${identity}`;
  if (policyType === "session policy") return "the policy that was passed when the session began";
  if (policyType === "service control policy") return "the organization's policies of the account";
  return identity;
};
