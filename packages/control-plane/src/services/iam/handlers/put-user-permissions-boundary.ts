import type {
  PutUserPermissionsBoundaryCommandInput,
  PutUserPermissionsBoundaryCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { putBoundary } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const putUserPermissionsBoundary = defineOperation<
  IamDependencies,
  PutUserPermissionsBoundaryCommandInput,
  Answer<PutUserPermissionsBoundaryCommandOutput>
>({
  authorise: onUser("iam:PutUserPermissionsBoundary"),
  handle: async (input, call, dependencies) => {
    await putBoundary(dependencies, call, userOwner, present(input.UserName, "userName"), input.PermissionsBoundary);
    return {};
  },
});
