import { messageOf } from "@fleetless/kernel";
import { parsePolicy } from "../../authorisation/parse-policy.ts";
import type { Call } from "../../gateway/call.ts";
import { globalConditionKeys } from "../../gateway/condition-keys.ts";
import type { Scope } from "./collections.ts";
import type { KmsDependencies } from "./dependencies.ts";
import { constraintViolated, malformedPolicy, policyLocksOut } from "./errors.ts";
import { keyArn } from "./names.ts";

const longestPolicy = 32_768;

/** What AWS gives a key for which none is named: the account's own policies decide. */
export const defaultKeyPolicy = (accountId: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: "key-default-1",
    Statement: [
      {
        Sid: "Enable IAM User Permissions",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: "kms:*",
        Resource: "*",
      },
    ],
  });

/** Of a key that AWS manages: whoever may use the service may use the key, and only through the service. */
export const managedKeyPolicy = (accountId: string, region: string, service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Id: `auto-${service}-1`,
    Statement: [
      {
        Sid: `Allow access through ${service} for all principals in the account that are authorized to use it`,
        Effect: "Allow",
        Principal: { AWS: "*" },
        Action: [
          "kms:Encrypt",
          "kms:Decrypt",
          "kms:ReEncrypt*",
          "kms:GenerateDataKey*",
          "kms:CreateGrant",
          "kms:DescribeKey",
        ],
        Resource: "*",
        Condition: {
          StringEquals: { "kms:CallerAccount": accountId, "kms:ViaService": `${service}.${region}.amazonaws.com` },
        },
      },
      {
        Sid: "Allow direct access to key metadata to the account",
        Effect: "Allow",
        Principal: { AWS: `arn:aws:iam::${accountId}:root` },
        Action: ["kms:Describe*", "kms:Get*", "kms:List*", "kms:RevokeGrant"],
        Resource: "*",
      },
    ],
  });

/**
 * Throws MalformedPolicyDocumentException for what is no policy, and for one under which its author could not
 * change it again, unless the check is bypassed.
 */
export const checkKeyPolicy = async (
  policy: string,
  scope: Scope & { readonly keyId: string },
  call: Call,
  { authoriser }: KmsDependencies,
  bypassLockoutCheck: boolean,
): Promise<string> => {
  if (policy.length < 1 || policy.length > longestPolicy) {
    throw constraintViolated(policy, "policy", `Member must have length between 1 and ${longestPolicy}`);
  }
  try {
    parsePolicy(policy, "resource");
  } catch (thrown) {
    throw malformedPolicy(messageOf(thrown));
  }
  if (bypassLockoutCheck) return policy;
  // A policy that leaves the key to the account's own policies can be changed by whomever those let.
  const account = {
    kind: "root",
    accountId: call.accountId,
    arn: `arn:aws:iam::${call.accountId}:root`,
    userId: call.accountId,
  } as const;
  for (const principal of [call.principal, account]) {
    const decision = await authoriser.decide(
      principal,
      [
        {
          action: "kms:PutKeyPolicy",
          resources: [keyArn(scope, scope.keyId)],
          conditionKeys: { "kms:CallerAccount": [call.accountId] },
          resourcePolicy: { document: policy, required: true },
        },
      ],
      globalConditionKeys(call),
    );
    if (decision.kind === "allowed") return policy;
  }
  throw policyLocksOut();
};
