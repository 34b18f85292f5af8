import type { UpdateAccessKeyCommandInput, UpdateAccessKeyCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { accessKeys } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { accessKeyNotFound, invalidStatus } from "../errors.ts";
import { requireOwner, userOwner } from "../owners.ts";
import { onUser, userNameOr } from "../permissions.ts";
import { findAccessKey } from "../repository.ts";
import { present } from "../validation.ts";

export const updateAccessKey = defineOperation<
  IamDependencies,
  UpdateAccessKeyCommandInput,
  Answer<UpdateAccessKeyCommandOutput>
>({
  authorise: onUser("iam:UpdateAccessKey"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const userName = userNameOr(call, input.UserName);
      const accessKeyId = present(input.AccessKeyId, "accessKeyId");
      const status = present(input.Status, "status");
      if (status !== "Active" && status !== "Inactive") throw invalidStatus(status);
      await requireOwner(transaction, userOwner, call.accountId, userName);
      const key = await findAccessKey(transaction, accessKeyId);
      if (key === undefined || key.accountId !== call.accountId || key.userName !== userName) {
        throw accessKeyNotFound(accessKeyId);
      }
      transaction.put(accessKeys, accessKeyId, { ...key, status });
      return {};
    }),
});
