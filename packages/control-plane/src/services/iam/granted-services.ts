import { parsePolicy } from "../../authorisation/parse-policy.ts";
import { matchesPattern } from "../../authorisation/pattern.ts";
import type { Match } from "../../authorisation/policy-document.ts";
import { serviceNames } from "./service-names.ts";

/** The services of which a policy allows at least one action, as far as its Action elements tell. */
export const grantedServices = (document: string): ReadonlySet<string> => {
  const granted = new Set<string>();
  for (const { effect, actions } of parsePolicy(document, "identity").statements) {
    if (effect !== "Allow") continue;
    for (const service of serviceNames.keys()) if (reaches(actions, service)) granted.add(service);
  }
  return granted;
};

const none: ReadonlyMap<string, readonly string[]> = new Map();

const reaches = ({ not, patterns }: Match, service: string): boolean => {
  const all = patterns.some(
    (pattern) => pattern.source === "*" || matchesPattern(pattern, `${service}:*`, none) === true,
  );
  if (not) return !all;
  return all || patterns.some(({ source }) => source.slice(0, Math.max(0, source.indexOf(":"))) === service);
};
