import type {
  DeleteRolePermissionsBoundaryCommandInput,
  DeleteRolePermissionsBoundaryCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { deleteBoundary } from "../owner-policies.ts";
import { roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";

export const deleteRolePermissionsBoundary = defineOperation<
  IamDependencies,
  DeleteRolePermissionsBoundaryCommandInput,
  Answer<DeleteRolePermissionsBoundaryCommandOutput>
>({
  authorise: onRole("iam:DeleteRolePermissionsBoundary"),
  handle: async (input, call, dependencies) => {
    await deleteBoundary(dependencies, call, roleOwner, present(input.RoleName, "roleName"));
    return {};
  },
});
