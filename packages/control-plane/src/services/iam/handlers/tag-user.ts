import type { TagUserCommandInput, TagUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOwner, userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { checkTags, mergeTags, present } from "../validation.ts";

export const tagUser = defineOperation<IamDependencies, TagUserCommandInput, Answer<TagUserCommandOutput>>({
  authorise: onUser("iam:TagUser"),
  handle: async (input, call, dependencies) => {
    const added = checkTags(input.Tags, "User");
    await changeOwner(dependencies, call, userOwner, present(input.UserName, "userName"), (found) => ({
      ...found,
      tags: mergeTags(found.tags, added, "User"),
    }));
    return {};
  },
});
