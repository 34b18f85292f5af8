import type { ListRoleTagsCommandInput, ListRoleTagsCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { readOwner, roleOwner } from "../owners.ts";
import { pageOf } from "../paging.ts";
import { onRole } from "../permissions.ts";
import { present } from "../validation.ts";
import { tagsView } from "../views.ts";

export const listRoleTags = defineOperation<
  IamDependencies,
  ListRoleTagsCommandInput,
  Answer<ListRoleTagsCommandOutput>
>({
  authorise: onRole("iam:ListRoleTags"),
  handle: async (input, call, dependencies) => {
    const { tags } = await readOwner(dependencies, call, roleOwner, present(input.RoleName, "roleName"));
    const { items, ...page } = pageOf(tags, input, ({ Key }) => Key);
    return { Tags: tagsView(items), ...page };
  },
});
