import type { ListAccessKeysCommandInput, ListAccessKeysCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { requireOwner, userOwner } from "../owners.ts";
import { pageOf } from "../paging.ts";
import { onUser, userNameOr } from "../permissions.ts";
import { accessKeysOfUser } from "../repository.ts";
import { accessKeyView } from "../views.ts";

export const listAccessKeys = defineOperation<
  IamDependencies,
  ListAccessKeysCommandInput,
  Answer<ListAccessKeysCommandOutput>
>({
  authorise: onUser("iam:ListAccessKeys"),
  handle: async (input, call, { store }) => {
    const userName = userNameOr(call, input.UserName);
    const keys = await store.read(async (transaction) => {
      await requireOwner(transaction, userOwner, call.accountId, userName);
      return accessKeysOfUser(transaction, call.accountId, userName);
    });
    const { items, ...page } = pageOf(keys, input, ({ accessKeyId }) => accessKeyId);
    return { AccessKeyMetadata: items.map(accessKeyView), ...page };
  },
});
