import type {
  PutRolePermissionsBoundaryCommandInput,
  PutRolePermissionsBoundaryCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { putBoundary } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const putRolePermissionsBoundary = defineOperation<
  IamDependencies,
  PutRolePermissionsBoundaryCommandInput,
  Answer<PutRolePermissionsBoundaryCommandOutput>
>({
  authorise: onRole("iam:PutRolePermissionsBoundary"),
  handle: async (input, call, dependencies) => {
    await putBoundary(dependencies, call, roleOwner, present(input.RoleName, "roleName"), input.PermissionsBoundary);
    return {};
  },
});
