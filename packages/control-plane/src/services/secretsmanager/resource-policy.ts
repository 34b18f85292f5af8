import { messageOf } from "@fleetless/kernel";
import { parsePolicy } from "../../authorisation/parse-policy.ts";
import { invalidParameter, malformedPolicy } from "./errors.ts";

const longestPolicy = 20_480;

/** Throws MalformedPolicyDocumentException for what is no policy of a resource. */
export const checkResourcePolicy = (document: string | undefined): string => {
  const policy = document ?? "";
  if (policy.length < 1 || policy.length > longestPolicy) {
    throw invalidParameter(`The resource policy must have 1 to ${longestPolicy} characters.`);
  }
  try {
    parsePolicy(policy, "resource");
  } catch (thrown) {
    throw malformedPolicy(messageOf(thrown));
  }
  return policy;
};

/** Whether a policy lets everybody in: an Allow to all principals that no condition narrows. */
export const grantsBroadAccess = (document: string): boolean =>
  parsePolicy(document, "resource").statements.some(
    ({ effect, principals, conditions }) =>
      effect === "Allow" &&
      conditions.length === 0 &&
      principals !== undefined &&
      (principals.not || principals.principals.some(({ kind }) => kind === "everyone")),
  );
