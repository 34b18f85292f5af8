import type { DeleteAccountAliasCommandInput, DeleteAccountAliasCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { accounts } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { aliasNotFound } from "../errors.ts";
import { onAll } from "../permissions.ts";
import { checkAlias } from "../validation.ts";

export const deleteAccountAlias = defineOperation<
  IamDependencies,
  DeleteAccountAliasCommandInput,
  Answer<DeleteAccountAliasCommandOutput>
>({
  authorise: onAll("iam:DeleteAccountAlias"),
  handle: async (input, call, { store }) => {
    const alias = checkAlias(input.AccountAlias);
    return store.transaction(async (transaction) => {
      if ((await transaction.get(accounts, call.accountId))?.alias !== alias) throw aliasNotFound(alias);
      transaction.put(accounts, call.accountId, {});
      return {};
    });
  },
});
