import { parseArn } from "@fleetless/kernel";
import { malformedPolicyDocument } from "./errors.ts";
import { isJsonObject, stringsOf, syntaxError } from "./json-element.ts";
import type { PolicyPrincipal } from "./policy-document.ts";

/**
 * The value of a Principal element: `"*"` or an object by kind of principal.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
 */
export const parsePrincipals = (element: unknown): readonly PolicyPrincipal[] => {
  if (element === "*") return [{ kind: "everyone" }];
  if (!isJsonObject(element) || Object.keys(element).length === 0) throw syntaxError();
  return Object.entries(element).flatMap(([kind, value]) => {
    const names = stringsOf(value);
    switch (kind) {
      case "AWS":
        return names.map(parseAwsPrincipal);
      case "Service":
        return names.map((name): PolicyPrincipal => {
          if (!/^[a-z0-9.-]+\.amazonaws\.com(\.cn)?$/.test(name)) throw invalidPrincipal("SERVICE", name);
          return { kind: "service", name };
        });
      case "Federated":
        return names.map((name): PolicyPrincipal => ({ kind: "federated", name }));
      case "CanonicalUser":
        throw malformedPolicyDocument("Principals of kind CanonicalUser are not supported by Fleetless.");
      default:
        throw syntaxError();
    }
  });
};

const parseAwsPrincipal = (name: string): PolicyPrincipal => {
  if (name === "*") return { kind: "everyone" };
  if (/^\d{12}$/.test(name)) return { kind: "account", accountId: name };
  if (/^(AIDA|AROA)[A-Z0-9]{12,124}$/.test(name)) return { kind: "id", id: name };
  const arn = parseArn(name);
  if (arn === undefined || (arn.service !== "iam" && arn.service !== "sts") || !/^\d{12}$/.test(arn.accountId)) {
    throw invalidPrincipal("AWS", name);
  }
  if (arn.service === "iam" && arn.resource === "root") return { kind: "account", accountId: arn.accountId };
  if (name.includes("*")) throw invalidPrincipal("AWS", name);
  return { kind: "arn", arn: name };
};

export const invalidPrincipal = (kind: string, name: string) =>
  malformedPolicyDocument(`Invalid principal in policy: "${kind}":"${name}"`);
