import type { UpdateRoleCommandInput, UpdateRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { checkDescription, checkMaxSessionDuration, present } from "../validation.ts";

export const updateRole = defineOperation<IamDependencies, UpdateRoleCommandInput, Answer<UpdateRoleCommandOutput>>({
  authorise: onRole("iam:UpdateRole"),
  handle: async (input, call, dependencies) => {
    const description = checkDescription(input.Description);
    const duration =
      input.MaxSessionDuration === undefined ? undefined : checkMaxSessionDuration(input.MaxSessionDuration);
    await changeOwner(dependencies, call, roleOwner, present(input.RoleName, "roleName"), (role) => ({
      ...role,
      ...(description === undefined ? {} : { description }),
      ...(duration === undefined ? {} : { maxSessionDurationSeconds: duration }),
    }));
    return {};
  },
});
