import type { UntagRoleCommandInput, UntagRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { present, withoutTags } from "../validation.ts";

export const untagRole = defineOperation<IamDependencies, UntagRoleCommandInput, Answer<UntagRoleCommandOutput>>({
  authorise: onRole("iam:UntagRole"),
  handle: async (input, call, dependencies) => {
    await changeOwner(dependencies, call, roleOwner, present(input.RoleName, "roleName"), (found) => ({
      ...found,
      tags: withoutTags(found.tags, input.TagKeys),
    }));
    return {};
  },
});
