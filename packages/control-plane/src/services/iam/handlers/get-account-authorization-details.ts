import type {
  GetAccountAuthorizationDetailsCommandInput,
  GetAccountAuthorizationDetailsCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { type DetailEntry, groupEntries, policyEntries, roleEntries, userEntries } from "../authorization-details.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { pageOf } from "../paging.ts";
import { onAll } from "../permissions.ts";

export const getAccountAuthorizationDetails = defineOperation<
  IamDependencies,
  GetAccountAuthorizationDetailsCommandInput,
  Answer<GetAccountAuthorizationDetailsCommandOutput>
>({
  authorise: onAll("iam:GetAccountAuthorizationDetails"),
  handle: (input, call, { store }) =>
    store.read(async (transaction) => {
      const { accountId } = call;
      const wants = (kind: string): boolean =>
        input.Filter === undefined || input.Filter.some((named) => named === kind);
      const entries: DetailEntry[] = [
        ...(wants("User") ? await userEntries(transaction, accountId) : []),
        ...(wants("Group") ? await groupEntries(transaction, accountId) : []),
        ...(wants("Role") ? await roleEntries(transaction, accountId) : []),
        ...(await policyEntries(transaction, accountId, wants)),
      ];
      const { items, ...page } = pageOf(entries, input, ({ key }) => key);
      return {
        UserDetailList: items.flatMap(({ user }) => user ?? []),
        GroupDetailList: items.flatMap(({ group }) => group ?? []),
        RoleDetailList: items.flatMap(({ role }) => role ?? []),
        Policies: items.flatMap(({ policy }) => policy ?? []),
        ...page,
      };
    }),
});
