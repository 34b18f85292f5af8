import type {
  DeleteUserPermissionsBoundaryCommandInput,
  DeleteUserPermissionsBoundaryCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { deleteBoundary } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const deleteUserPermissionsBoundary = defineOperation<
  IamDependencies,
  DeleteUserPermissionsBoundaryCommandInput,
  Answer<DeleteUserPermissionsBoundaryCommandOutput>
>({
  authorise: onUser("iam:DeleteUserPermissionsBoundary"),
  handle: async (input, call, dependencies) => {
    await deleteBoundary(dependencies, call, userOwner, present(input.UserName, "userName"));
    return {};
  },
});
