import type { ParameterInlinePolicy } from "@aws-sdk/client-ssm";
import type { PolicyRecord } from "./collections.ts";
import { invalidPolicyAttribute, invalidPolicyType, policiesLimitExceeded, validation } from "./errors.ts";

const mostPolicies = 10;

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parse = (text: string): readonly unknown[] => {
  try {
    const read: unknown = JSON.parse(text);
    if (Array.isArray(read)) return read;
  } catch {
    // Said below.
  }
  throw validation("Invalid policies input: a JSON array of policies is expected.");
};

const checkSpan = ({ Before, After, Unit }: Readonly<Record<string, unknown>>): void => {
  if (!/^\d+$/.test(String(Before ?? After ?? "")) || (Unit !== "Days" && Unit !== "Hours")) {
    throw invalidPolicyAttribute(
      "A notification policy needs Before or After with a number, and Unit with Days or Hours.",
    );
  }
};

const expiryIn = (attributes: Readonly<Record<string, unknown>>): number => {
  const at = typeof attributes.Timestamp === "string" ? Date.parse(attributes.Timestamp) : Number.NaN;
  if (Number.isNaN(at)) throw invalidPolicyAttribute("An Expiration policy needs a Timestamp in ISO 8601.");
  return at;
};

/** The policies of a text. Throws where they are none that Parameter Store has. */
export const parsePolicies = (text: string, now: number): readonly PolicyRecord[] => {
  const policies = parse(text).map((policy): PolicyRecord => {
    if (!isObject(policy) || !isObject(policy.Attributes)) {
      throw invalidPolicyType("A policy must have a Type, a Version and Attributes.");
    }
    const { Type: type, Version: version, Attributes: attributes } = policy;
    if (version !== "1.0") throw invalidPolicyType("The version of a policy must be 1.0.");
    if (type === "Expiration") {
      if (expiryIn(attributes) <= now)
        throw invalidPolicyAttribute("The Timestamp of an Expiration must be in the future.");
    } else if (type === "ExpirationNotification" || type === "NoChangeNotification") checkSpan(attributes);
    else throw invalidPolicyType(`${String(type)} is no type of policy.`);
    return { type, text: JSON.stringify(policy) };
  });
  if (policies.length > mostPolicies) throw policiesLimitExceeded();
  const expirations = policies.filter(({ type }) => type === "Expiration").length;
  if (expirations > 1) throw invalidPolicyType("A parameter can have one Expiration policy.");
  if (expirations === 0 && policies.some(({ type }) => type === "ExpirationNotification")) {
    throw invalidPolicyType("An ExpirationNotification needs an Expiration policy.");
  }
  return policies;
};

/** When the policies delete their parameter, in milliseconds since the Unix epoch. */
export const expiryOf = (policies: readonly PolicyRecord[]): number | undefined => {
  const expiration = policies.find(({ type }) => type === "Expiration");
  if (expiration === undefined) return undefined;
  const read: { Attributes: Readonly<Record<string, unknown>> } = JSON.parse(expiration.text);
  return expiryIn(read.Attributes);
};

export const policyViews = (policies: readonly PolicyRecord[]): ParameterInlinePolicy[] =>
  policies.map(({ type, text }) => ({ PolicyText: text, PolicyType: type, PolicyStatus: "Pending" }));
