interface Check {
  readonly action: string;
  readonly resource: string;
  readonly outcome: "allowed" | "explicitly-denied" | "not-allowed";
  readonly policyType: string;
  readonly policy?: string;
  readonly statement?: string;
}

/** What the local API answers on `explain`. */
export interface Explanation {
  readonly at: number;
  readonly service: string;
  readonly operation: string;
  readonly caller?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
  readonly checks: readonly Check[];
  readonly remedies: readonly { readonly policyType: string; readonly attachTo: string; readonly policy: object }[];
  readonly denies: readonly Check[];
}

/** What the local API answers on `suggest`. */
export interface Suggestion {
  readonly identityArn: string;
  readonly calls: number;
  readonly since?: number;
  readonly until?: number;
  readonly policy: { readonly Statement: readonly object[] };
  readonly denied: readonly { readonly action: string; readonly resource: string }[];
}

const timeOf = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(0, 19).replace("T", " ");

const describeCheck = ({ action, resource, outcome, policyType, policy, statement }: Check): string => {
  const what = `${action} on ${resource}`;
  const where = `statement ${statement} of ${policy} (${policyType})`;
  if (outcome === "allowed") return `  allowed  ${what}\n           by ${where}`;
  if (outcome === "explicitly-denied") return `  DENIED   ${what}\n           by ${where}`;
  return `  DENIED   ${what}\n           no ${policyType} allows it`;
};

export const describeExplanation = (explanation: Explanation): string => {
  const { at, service, operation, caller, errorCode, errorMessage, checks, remedies, denies } = explanation;
  const lines = [`${service}:${operation} by ${caller ?? "nobody known"} at ${timeOf(at)} UTC`];
  if (errorCode !== undefined) lines.push(`It ended with ${errorCode}: ${errorMessage ?? ""}`);
  lines.push(
    checks.length === 0
      ? "No policy decided on it: the caller is the account's root user, or the call needs no permission or was refused before."
      : checks.map(describeCheck).join("\n"),
  );
  for (const { policyType, attachTo, policy } of remedies) {
    lines.push(`The smallest ${policyType} that would allow it, for ${attachTo}:`, JSON.stringify(policy, null, 2));
  }
  for (const { policy, statement, action } of denies) {
    lines.push(
      `No policy can allow ${action} as long as statement ${statement} of ${policy} denies it: change that one.`,
    );
  }
  return lines.join("\n");
};

export const describeSuggestion = ({ identityArn, calls, since, until, policy, denied }: Suggestion): string => {
  if (calls === 0 || since === undefined || until === undefined) {
    return `The audit trail has no call of ${identityArn}: there is nothing to suggest a policy from.`;
  }
  const lines = [`From ${calls} calls of ${identityArn} between ${timeOf(since)} and ${timeOf(until)} UTC:`];
  lines.push(
    policy.Statement.length === 0
      ? "None of them needed a permission of its policies."
      : JSON.stringify(policy, null, 2),
  );
  for (const { action, resource } of denied) lines.push(`Not in it, for it was denied: ${action} on ${resource}`);
  return lines.join("\n");
};
