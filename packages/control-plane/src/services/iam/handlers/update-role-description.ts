import type { UpdateRoleDescriptionCommandInput, UpdateRoleDescriptionCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { checkDescription, present } from "../validation.ts";
import { roleView } from "../views.ts";

export const updateRoleDescription = defineOperation<
  IamDependencies,
  UpdateRoleDescriptionCommandInput,
  Answer<UpdateRoleDescriptionCommandOutput>
>({
  authorise: onRole("iam:UpdateRoleDescription"),
  handle: async (input, call, dependencies) => {
    const description = checkDescription(present(input.Description, "description"));
    const role = await changeOwner(dependencies, call, roleOwner, present(input.RoleName, "roleName"), (found) => ({
      ...found,
      ...(description === undefined ? {} : { description }),
    }));
    return { Role: roleView(role) };
  },
});
