import type { ListRolePoliciesCommandInput, ListRolePoliciesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { listInlinePolicies } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const listRolePolicies = defineOperation<
  IamDependencies,
  ListRolePoliciesCommandInput,
  Answer<ListRolePoliciesCommandOutput>
>({
  authorise: onRole("iam:ListRolePolicies"),
  handle: (input, call, dependencies) =>
    listInlinePolicies(dependencies, call, roleOwner, present(input.RoleName, "roleName"), input),
});
