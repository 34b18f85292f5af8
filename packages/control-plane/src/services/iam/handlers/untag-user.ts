import type { UntagUserCommandInput, UntagUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { changeOwner, userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present, withoutTags } from "../validation.ts";

export const untagUser = defineOperation<IamDependencies, UntagUserCommandInput, Answer<UntagUserCommandOutput>>({
  authorise: onUser("iam:UntagUser"),
  handle: async (input, call, dependencies) => {
    await changeOwner(dependencies, call, userOwner, present(input.UserName, "userName"), (found) => ({
      ...found,
      tags: withoutTags(found.tags, input.TagKeys),
    }));
    return {};
  },
});
