import type { ListRolesCommandInput, ListRolesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { checkPathPrefix } from "../owner-policies.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";
import { listRoles as readRoles } from "../repository.ts";
import { roleSummary } from "../views.ts";

export const listRoles = defineOperation<IamDependencies, ListRolesCommandInput, Answer<ListRolesCommandOutput>>({
  authorise: onAll("iam:ListRoles"),
  handle: async (input, call, { store }) => {
    const prefix = checkPathPrefix(input.PathPrefix);
    const all = await store.read((transaction) => readRoles(transaction, call.accountId));
    const { items, ...page } = pageOf(
      all.filter(({ path }) => path.startsWith(prefix)),
      input,
      ({ roleName }) => roleName,
    );
    return { Roles: items.map(roleSummary), ...page };
  },
});
