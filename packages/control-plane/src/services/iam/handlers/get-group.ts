import type { GetGroupCommandInput, GetGroupCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { groupOwner, requireOwner } from "../owners.ts";
import { pageOf } from "../paging.ts";
import { onGroup } from "../permissions.ts";
import { usersOfGroup } from "../repository.ts";
import { present } from "../validation.ts";
import { groupView, userSummary } from "../views.ts";

export const getGroup = defineOperation<IamDependencies, GetGroupCommandInput, Answer<GetGroupCommandOutput>>({
  authorise: onGroup("iam:GetGroup"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const name = present(input.GroupName, "groupName");
      const group = await requireOwner(transaction, groupOwner, call.accountId, name);
      const { items, ...page } = pageOf(await usersOfGroup(transaction, group), input, ({ userName }) => userName);
      return { Group: groupView(group), Users: items.map(userSummary), ...page };
    }),
});
