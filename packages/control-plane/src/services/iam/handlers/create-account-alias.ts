import type { CreateAccountAliasCommandInput, CreateAccountAliasCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { accounts } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { aliasExists } from "../errors.ts";
import { onAll } from "../permissions.ts";
import { checkAlias } from "../validation.ts";

/** An account has one alias: a new one replaces it. */
export const createAccountAlias = defineOperation<
  IamDependencies,
  CreateAccountAliasCommandInput,
  Answer<CreateAccountAliasCommandOutput>
>({
  authorise: onAll("iam:CreateAccountAlias"),
  handle: async (input, call, { store }) => {
    const alias = checkAlias(input.AccountAlias);
    return store.transaction(async (transaction) => {
      const taken = (await transaction.list(accounts, {})).find(({ document }) => document.alias === alias);
      if (taken !== undefined && taken.key !== call.accountId) throw aliasExists(alias);
      transaction.put(accounts, call.accountId, { alias });
      return {};
    });
  },
});
