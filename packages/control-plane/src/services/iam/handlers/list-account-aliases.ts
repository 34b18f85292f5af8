import type { ListAccountAliasesCommandInput, ListAccountAliasesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { accounts } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { onAll } from "../permissions.ts";

export const listAccountAliases = defineOperation<
  IamDependencies,
  ListAccountAliasesCommandInput,
  Answer<ListAccountAliasesCommandOutput>
>({
  authorise: onAll("iam:ListAccountAliases"),
  handle: async (_input, call, { store }) => {
    const account = await store.read((transaction) => transaction.get(accounts, call.accountId));
    return { AccountAliases: account?.alias === undefined ? [] : [account.alias], IsTruncated: false };
  },
});
