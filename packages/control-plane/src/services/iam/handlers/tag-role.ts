import type { TagRoleCommandInput, TagRoleCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOwner, roleOwner } from "../owners.ts";
import { onRole } from "../permissions.ts";
import { checkTags, mergeTags, present } from "../validation.ts";

export const tagRole = defineOperation<IamDependencies, TagRoleCommandInput, Answer<TagRoleCommandOutput>>({
  authorise: onRole("iam:TagRole"),
  handle: async (input, call, dependencies) => {
    const added = checkTags(input.Tags, "Role");
    await changeOwner(dependencies, call, roleOwner, present(input.RoleName, "roleName"), (found) => ({
      ...found,
      tags: mergeTags(found.tags, added, "Role"),
    }));
    return {};
  },
});
