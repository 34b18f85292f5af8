import type { ListUserTagsCommandInput, ListUserTagsCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { readOwner, userOwner } from "../owners.ts";
import { pageOf } from "../paging.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";
import { tagsView } from "../views.ts";

export const listUserTags = defineOperation<
  IamDependencies,
  ListUserTagsCommandInput,
  Answer<ListUserTagsCommandOutput>
>({
  authorise: onUser("iam:ListUserTags"),
  handle: async (input, call, dependencies) => {
    const { tags } = await readOwner(dependencies, call, userOwner, present(input.UserName, "userName"));
    const { items, ...page } = pageOf(tags, input, ({ Key }) => Key);
    return { Tags: tagsView(items), ...page };
  },
});
