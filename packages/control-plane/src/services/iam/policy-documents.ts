import { parseArn } from "@fleetless/kernel";
import { parsePolicy } from "../../authorisation/parse-policy.ts";
import { invalidPrincipal } from "../../authorisation/parse-principals.ts";
import type { ReadTransaction } from "../../state/store.ts";
import type { Identity } from "./collections.ts";
import { documentTooLong } from "./errors.ts";
import type { OwnerKind } from "./owners.ts";
import { findRole, findUser, nameOfArn } from "./repository.ts";
import { nonWhitespaceLength, present } from "./validation.ts";

const managedPolicyLimit = 6_144;
const trustPolicyLimit = 2_048;
/** No document is read beyond this, whatever its white space. */
const longestDocument = 131_072;

const checked = (value: string | undefined): string => {
  const document = present(value, "policyDocument");
  if (document.length > longestDocument) throw documentTooLong("PolicySize", longestDocument);
  return document;
};

export const checkManagedPolicy = (value: string | undefined): string => {
  const document = checked(value);
  if (nonWhitespaceLength(document) > managedPolicyLimit) throw documentTooLong("PolicySize", managedPolicyLimit);
  parsePolicy(document, "identity");
  return document;
};

export const checkInlinePolicy = <Owner extends Identity>(
  value: string | undefined,
  name: string,
  owner: Owner,
  kind: OwnerKind<Owner>,
): string => {
  const document = checked(value);
  parsePolicy(document, "identity");
  const others = Object.entries(owner.inlinePolicies).filter(([other]) => other !== name);
  const total = others.reduce((sum, [, other]) => sum + nonWhitespaceLength(other), nonWhitespaceLength(document));
  if (total > kind.inlinePolicyLimit) {
    throw documentTooLong(`${kind.kind} policy size of ${kind.nameOf(owner)}`, kind.inlinePolicyLimit);
  }
  return document;
};

/** Principals of the account that the policy names must be there, as AWS asks. */
export const checkTrustPolicy = async (
  transaction: ReadTransaction,
  accountId: string,
  value: string | undefined,
): Promise<string> => {
  const document = checked(value);
  if (nonWhitespaceLength(document) > trustPolicyLimit) throw documentTooLong("ACLSizePerRole", trustPolicyLimit);
  const { statements } = parsePolicy(document, "trust");
  for (const { principals } of statements) {
    for (const principal of principals?.principals ?? []) {
      if (principal.kind !== "arn") continue;
      if (!(await mayExist(transaction, accountId, principal.arn))) throw invalidPrincipal("AWS", principal.arn);
    }
  }
  return document;
};

/** What other accounts hold, and sessions, cannot be known. */
const mayExist = async (transaction: ReadTransaction, accountId: string, arn: string): Promise<boolean> => {
  const parts = parseArn(arn);
  if (parts === undefined || parts.accountId !== accountId || parts.service !== "iam") return true;
  if (parts.resource.startsWith("role/")) return (await findRole(transaction, accountId, arn)) !== undefined;
  if (!parts.resource.startsWith("user/")) return false;
  return (await findUser(transaction, accountId, nameOfArn(arn)))?.arn === arn;
};
