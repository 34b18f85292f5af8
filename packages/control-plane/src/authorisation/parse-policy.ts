import { compileResource } from "./arn-pattern.ts";
import { parseConditions } from "./conditions.ts";
import { malformedPolicyDocument } from "./errors.ts";
import { isJsonObject, type JsonObject, stringsOf, syntaxError } from "./json-element.ts";
import { parsePrincipals } from "./parse-principals.ts";
import { compilePattern } from "./pattern.ts";
import type { Match, Policy, PrincipalMatch, Statement } from "./policy-document.ts";

/** Policies of identities name no principal; trust policies name principals and no resource; resource policies both. */
export type PolicyKind = "identity" | "trust" | "resource";

const versions: ReadonlySet<unknown> = new Set(["2008-10-17", "2012-10-17"]);
const documentMembers: ReadonlySet<string> = new Set(["Version", "Id", "Statement"]);
const statementMembers: ReadonlySet<string> = new Set([
  "Sid",
  "Effect",
  "Principal",
  "NotPrincipal",
  "Action",
  "NotAction",
  "Resource",
  "NotResource",
  "Condition",
]);

/**
 * Reads and checks a policy document. Throws MalformedPolicyDocument in AWS's words.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 */
export const parsePolicy = (text: string, kind: PolicyKind): Policy => {
  const document = parseJson(text);
  if (!isJsonObject(document)) throw syntaxError();
  if (Object.keys(document).some((name) => !documentMembers.has(name))) throw syntaxError();
  const { Version: version = "2008-10-17", Id: id, Statement: statement } = document;
  if (!versions.has(version)) throw syntaxError();
  if (id !== undefined && typeof id !== "string") throw syntaxError();
  if (kind === "identity" && version !== "2012-10-17") {
    throw malformedPolicyDocument("Policy document must be version 2012-10-17 or greater.");
  }
  const list = Array.isArray(statement) ? statement : [statement];
  if (statement === undefined || list.length === 0) throw syntaxError();
  const variables = version === "2012-10-17";
  const statements = list.map((element, index) => parseStatement(element, index + 1, kind, variables));
  const sids = statements.flatMap(({ sid }) => (sid === undefined || sid === "" ? [] : [sid]));
  if (new Set(sids).size !== sids.length) {
    throw malformedPolicyDocument("Statement IDs (SID) in a single policy must be unique.");
  }
  return { statements };
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw malformedPolicyDocument("This policy contains invalid Json");
  }
};

const parseStatement = (element: unknown, number: number, kind: PolicyKind, variables: boolean): Statement => {
  if (!isJsonObject(element)) throw syntaxError();
  if (Object.keys(element).some((name) => !statementMembers.has(name))) throw syntaxError();
  const { Sid: sid, Effect: effect } = element;
  if (sid !== undefined && typeof sid !== "string") throw syntaxError();
  if (effect !== "Allow" && effect !== "Deny") throw syntaxError();
  if (kind !== "resource" && sid !== undefined && !/^[0-9A-Za-z]*$/.test(sid)) {
    throw malformedPolicyDocument(
      "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    );
  }
  return {
    sid,
    number,
    effect,
    principals: parsePrincipalElement(element, kind),
    actions: parseActions(element, kind),
    resources: parseResources(element, kind, variables),
    conditions: parseConditions(element.Condition, variables),
  };
};

const parsePrincipalElement = (element: JsonObject, kind: PolicyKind): PrincipalMatch | undefined => {
  const { Principal: principal, NotPrincipal: notPrincipal } = element;
  if (kind === "identity") {
    if (principal !== undefined || notPrincipal !== undefined) {
      throw malformedPolicyDocument("Policy document should not specify a principal.");
    }
    return undefined;
  }
  if (principal !== undefined && notPrincipal !== undefined) throw syntaxError();
  if (kind === "trust" && notPrincipal !== undefined) {
    throw malformedPolicyDocument("AssumeRolepolicy contained an unsupported field: NotPrincipal.");
  }
  if (principal !== undefined) return { not: false, principals: parsePrincipals(principal) };
  if (notPrincipal !== undefined) return { not: true, principals: parsePrincipals(notPrincipal) };
  throw malformedPolicyDocument("Missing required field Principal");
};

const parseActions = (element: JsonObject, kind: PolicyKind): Match => {
  const match = oneOf(element.Action, element.NotAction);
  if (match === undefined || match.values.length === 0) {
    throw malformedPolicyDocument(
      kind === "trust" ? "Missing required field Action" : "Policy statement must contain actions.",
    );
  }
  for (const action of match.values) {
    if (action === "*" || action === "*:*") continue;
    const vendor = action.slice(0, Math.max(0, action.indexOf(":")));
    if (vendor === "") {
      throw malformedPolicyDocument("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.");
    }
    if (!/^[A-Za-z0-9-]+$/.test(vendor)) throw malformedPolicyDocument(`Vendor ${vendor} is not valid`);
    if (!/^[^:\s]+$/.test(action.slice(vendor.length + 1))) throw syntaxError();
    if (kind === "trust" && vendor.toLowerCase() !== "sts") {
      throw malformedPolicyDocument("AssumeRole policy may only specify STS AssumeRole actions.");
    }
  }
  const options = { variables: false, wildcards: true };
  return { not: match.not, patterns: match.values.map((action) => compilePattern(action.toLowerCase(), options)) };
};

const parseResources = (element: JsonObject, kind: PolicyKind, variables: boolean): Match | undefined => {
  const match = oneOf(element.Resource, element.NotResource);
  if (kind === "trust") {
    if (match !== undefined) throw malformedPolicyDocument("Has prohibited field Resource");
    return undefined;
  }
  // Where the resource goes without saying, as in a repository's policy, it may stand unsaid.
  if (match === undefined && kind === "resource") return undefined;
  if (match === undefined || match.values.length === 0) {
    throw malformedPolicyDocument("Policy statement must contain resources.");
  }
  for (const resource of match.values) {
    const isArn = /^(arn:[^\s:]+(:.*)?|arn:\*|\*.*|\$\{.*)$/s.test(resource);
    if (!isArn) throw malformedPolicyDocument(`Resource ${resource} must be in ARN format or "*".`);
  }
  return { not: match.not, patterns: match.values.map((resource) => compileResource(resource, variables)) };
};

/** The texts of an element or of its negation; undefined where there is neither. */
const oneOf = (
  positive: unknown,
  negative: unknown,
): { readonly not: boolean; readonly values: readonly string[] } | undefined => {
  if (positive !== undefined && negative !== undefined) throw syntaxError();
  if (positive === undefined && negative === undefined) return undefined;
  return { not: positive === undefined, values: stringsOf(positive ?? negative) };
};
