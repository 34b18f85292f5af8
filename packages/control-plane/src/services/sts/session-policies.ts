import type { AssumeRoleRequest } from "@aws-sdk/client-sts";
import type { AccountId } from "@fleetless/kernel";
import { checkBounds, checkLength } from "./constraints.ts";
import type { StsDependencies } from "./dependencies.ts";
import { malformedPolicyDocument, packedPolicyTooLarge } from "./errors.ts";

/** Bytes of policy that a session may carry, and policies that may be named. */
const allottedBytes = 2048;
const maximumPolicyArns = 10;

export interface SessionPolicies {
  readonly documents: readonly string[];
  /** How much of the allotted space they fill; undefined without policies. */
  readonly packedSize: number | undefined;
}

/** The documents that narrow a session: the inline one and those of managed policies. */
export const sessionPoliciesOf = async (
  input: Pick<AssumeRoleRequest, "Policy" | "PolicyArns">,
  accountId: AccountId,
  dependencies: StsDependencies,
): Promise<SessionPolicies> => {
  const { Policy: inline, PolicyArns: managed = [] } = input;
  if (inline === undefined && managed.length === 0) return { documents: [], packedSize: undefined };
  if (managed.length > 0) checkBounds(managed.length, "policyArns", { least: 0, most: maximumPolicyArns });
  const documents: string[] = [];
  if (inline !== undefined) {
    checkLength(inline, "policy", { least: 1, most: allottedBytes });
    const problem = dependencies.policyProblem(inline);
    if (problem !== undefined) throw malformedPolicyDocument(problem);
    documents.push(inline);
  }
  for (const { arn = "" } of managed) {
    const document = await dependencies.findManagedPolicy(accountId, arn);
    if (document === undefined) throw malformedPolicyDocument(`The policy ${arn} does not exist`);
    documents.push(document);
  }
  const packed = Buffer.byteLength(inline ?? "") + managed.reduce((sum, { arn = "" }) => sum + arn.length, 0);
  const packedSize = Math.ceil((packed * 100) / allottedBytes);
  if (packedSize > 100) throw packedPolicyTooLarge(packedSize);
  return { documents, packedSize };
};
