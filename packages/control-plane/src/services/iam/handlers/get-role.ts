import type { GetRoleCommandInput, GetRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { readOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";
import { roleView } from "../views.ts";

export const getRole = defineOperation<IamDependencies, GetRoleCommandInput, Answer<GetRoleCommandOutput>>({
  authorise: onRole("iam:GetRole"),
  handle: async (input, call, dependencies) => ({
    Role: roleView(await readOwner(dependencies, call, roleOwner, present(input.RoleName, "roleName"))),
  }),
});
