import type { ListGroupsForUserCommandInput, ListGroupsForUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { requireOwner, userOwner } from "../owners.ts";
import { pageOf } from "../paging.ts";
import { onUser } from "../permissions.ts";
import { groupsOfUser } from "../repository.ts";
import { present } from "../validation.ts";
import { groupView } from "../views.ts";

export const listGroupsForUser = defineOperation<
  IamDependencies,
  ListGroupsForUserCommandInput,
  Answer<ListGroupsForUserCommandOutput>
>({
  authorise: onUser("iam:ListGroupsForUser"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const user = await requireOwner(transaction, userOwner, call.accountId, present(input.UserName, "userName"));
      const { items, ...page } = pageOf(await groupsOfUser(transaction, user), input, ({ groupName }) => groupName);
      return { Groups: items.map(groupView), ...page };
    }),
});
