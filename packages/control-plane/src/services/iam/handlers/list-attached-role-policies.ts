import type { ListAttachedRolePoliciesCommandInput, ListAttachedRolePoliciesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { listAttached } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const listAttachedRolePolicies = defineOperation<
  IamDependencies,
  ListAttachedRolePoliciesCommandInput,
  Answer<ListAttachedRolePoliciesCommandOutput>
>({
  authorise: onRole("iam:ListAttachedRolePolicies"),
  handle: (input, call, dependencies) =>
    listAttached(dependencies, call, roleOwner, present(input.RoleName, "roleName"), input),
});
