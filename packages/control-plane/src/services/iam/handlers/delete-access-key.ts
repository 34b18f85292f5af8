import type { DeleteAccessKeyCommandInput, DeleteAccessKeyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { accessKeys } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { accessKeyNotFound } from "../errors.ts";
import { requireOwner, userOwner } from "../owners.ts";
import { onUser, userNameOr } from "../permissions.ts";
import { findAccessKey } from "../repository.ts";
import { present } from "../validation.ts";

export const deleteAccessKey = defineOperation<
  IamDependencies,
  DeleteAccessKeyCommandInput,
  Answer<DeleteAccessKeyCommandOutput>
>({
  authorise: onUser("iam:DeleteAccessKey"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const userName = userNameOr(call, input.UserName);
      const accessKeyId = present(input.AccessKeyId, "accessKeyId");
      await requireOwner(transaction, userOwner, call.accountId, userName);
      const key = await findAccessKey(transaction, accessKeyId);
      if (key === undefined || key.accountId !== call.accountId || key.userName !== userName) {
        throw accessKeyNotFound(accessKeyId);
      }
      transaction.delete(accessKeys, accessKeyId);
      return {};
    }),
});
