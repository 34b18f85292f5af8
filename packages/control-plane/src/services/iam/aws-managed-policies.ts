import { containerPolicies } from "./aws-managed/container-policies.ts";
import { linkedRolePolicies } from "./aws-managed/linked-role-policies.ts";
import type { ManagedPolicy } from "./aws-managed/managed-policy.ts";
import { operatorPolicies } from "./aws-managed/operator-policies.ts";
import type { PolicyRecord } from "./collections.ts";

/** The day on which these documents were written down. */
const writtenAt = Date.UTC(2026, 0, 1);

const recordOf = ({ name, path, id, description, statements }: ManagedPolicy): PolicyRecord => ({
  accountId: "aws",
  policyName: name,
  policyId: id,
  path,
  arn: `arn:aws:iam::aws:policy${path}${name}`,
  description,
  createdAt: writtenAt,
  updatedAt: writtenAt,
  defaultVersionId: "v1",
  latestVersion: 1,
  versions: [
    {
      versionId: "v1",
      document: JSON.stringify({ Version: "2012-10-17", Statement: statements }),
      createdAt: writtenAt,
    },
  ],
  tags: [],
});

export const awsManagedPolicies: readonly PolicyRecord[] = [
  ...operatorPolicies,
  ...containerPolicies,
  ...linkedRolePolicies,
].map(recordOf);

const byArn: ReadonlyMap<string, PolicyRecord> = new Map(awsManagedPolicies.map((policy) => [policy.arn, policy]));

export const findAwsManagedPolicy = (arn: string): PolicyRecord | undefined => byArn.get(arn);
