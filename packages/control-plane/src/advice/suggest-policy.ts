import type { CallHistory } from "../audit/call-history.ts";
import { type AdvisedPolicy, policyOf } from "./policy-statements.ts";

export interface PolicySuggestion {
  readonly identityArn: string;
  /** Calls of the identity that the audit trail holds. */
  readonly calls: number;
  /** When the first and the last of them were made, in milliseconds since the Unix epoch. */
  readonly since?: number;
  readonly until?: number;
  readonly policy: AdvisedPolicy;
  /** What was asked for and denied: it is not in the policy. */
  readonly denied: readonly { readonly action: string; readonly resource: string }[];
}

/** More resources of one action than this are told by what their ARNs have in common. */
const mostResources = 10;

/** The least that allows all that an identity did, as far as the audit trail goes back. */
export const suggestPolicy = async (history: CallHistory, identityArn: string): Promise<PolicySuggestion> => {
  const allowed = new Map<string, Set<string>>();
  const denied = new Map<string, { action: string; resource: string }>();
  let calls = 0;
  let since: number | undefined;
  let until: number | undefined;
  for await (const call of history.since(0)) {
    if (call.identityArn !== identityArn) continue;
    calls += 1;
    until ??= call.at;
    since = call.at;
    for (const { action, resource, outcome } of call.checks) {
      const general = withoutIds(resource);
      if (outcome === "allowed") allowed.set(action, (allowed.get(action) ?? new Set()).add(general));
      else denied.set(`${action} ${general}`, { action, resource: general });
    }
  }
  const permissions = [...allowed].flatMap(([action, resources]) =>
    general([...resources]).map((resource) => ({ action, resource })),
  );
  return {
    identityArn,
    calls,
    ...(since === undefined || until === undefined ? {} : { since, until }),
    policy: policyOf(permissions),
    denied: [...denied.values()].filter(({ action, resource }) => allowed.get(action)?.has(resource) !== true),
  };
};

/** Ids that are made anew each time, such as a task's, never come again. */
const withoutIds = (resource: string): string =>
  resource.replace(/[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "*");

const general = (resources: readonly string[]): readonly string[] => {
  if (resources.length <= mostResources) return resources;
  const [first = "", ...others] = resources;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  // Nothing shorter than account and kind: a pattern over all of a service would be a guess.
  return length > "arn:aws:".length ? [`${first.slice(0, length)}*`] : resources;
};
