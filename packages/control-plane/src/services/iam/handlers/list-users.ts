import type { ListUsersCommandInput, ListUsersCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { checkPathPrefix } from "../owner-policies.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";
import { listUsers as readUsers } from "../repository.ts";
import { userSummary } from "../views.ts";

export const listUsers = defineOperation<IamDependencies, ListUsersCommandInput, Answer<ListUsersCommandOutput>>({
  authorise: onAll("iam:ListUsers"),
  handle: async (input, call, { store }) => {
    const prefix = checkPathPrefix(input.PathPrefix);
    const all = await store.read((transaction) => readUsers(transaction, call.accountId));
    const { items, ...page } = pageOf(
      all.filter(({ path }) => path.startsWith(prefix)),
      input,
      ({ userName }) => userName,
    );
    return { Users: items.map(userSummary), ...page };
  },
});
