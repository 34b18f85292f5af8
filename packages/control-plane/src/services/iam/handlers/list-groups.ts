import type { ListGroupsCommandInput, ListGroupsCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { checkPathPrefix } from "../owner-policies.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";
import { listGroups as readGroups } from "../repository.ts";
import { groupView } from "../views.ts";

export const listGroups = defineOperation<IamDependencies, ListGroupsCommandInput, Answer<ListGroupsCommandOutput>>({
  authorise: onAll("iam:ListGroups"),
  handle: async (input, call, { store }) => {
    const prefix = checkPathPrefix(input.PathPrefix);
    const all = await store.read((transaction) => readGroups(transaction, call.accountId));
    const { items, ...page } = pageOf(
      all.filter(({ path }) => path.startsWith(prefix)),
      input,
      ({ groupName }) => groupName,
    );
    return { Groups: items.map(groupView), ...page };
  },
});
