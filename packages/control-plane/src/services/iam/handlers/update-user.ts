import type { UpdateUserCommandInput, UpdateUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { accessKeys, users } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { userExists } from "../errors.ts";
import { requireOwner, userOwner } from "../owners.ts";
import { resourceTagKeys } from "../permissions.ts";
import { accessKeysOfUser, entityKey, findUser } from "../repository.ts";
import { checkName, checkPath, present, userNameLength } from "../validation.ts";

/** Gives a user another name or path; its access keys come along. */
export const updateUser = defineOperation<IamDependencies, UpdateUserCommandInput, Answer<UpdateUserCommandOutput>>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store }) => {
      const userName = present(input.UserName, "userName");
      const user = await store.read((transaction) => findUser(transaction, call.accountId, userName));
      const path = user?.path ?? "/";
      const arnOf = (ofPath: string, name: string) => `arn:aws:iam::${call.accountId}:user${ofPath}${name}`;
      return [
        {
          action: "iam:UpdateUser",
          resources: [...new Set([arnOf(path, userName), arnOf(input.NewPath ?? path, input.NewUserName ?? userName)])],
          conditionKeys: resourceTagKeys(user?.tags ?? []),
        },
      ];
    },
  },
  handle: async (input, call, { store }) => {
    const userName = present(input.UserName, "userName");
    const newName =
      input.NewUserName === undefined ? userName : checkName(input.NewUserName, "newUserName", userNameLength);
    const newPath = input.NewPath === undefined ? undefined : checkPath(input.NewPath);
    return store.transaction(async (transaction) => {
      const user = await requireOwner(transaction, userOwner, call.accountId, userName);
      const path = newPath ?? user.path;
      const oldKey = entityKey(call.accountId, userName);
      const newKey = entityKey(call.accountId, newName);
      if (newKey !== oldKey && (await transaction.get(users, newKey)) !== undefined) throw userExists(newName);
      const keys = await accessKeysOfUser(transaction, call.accountId, userName);
      const arn = `arn:aws:iam::${call.accountId}:user${path}${newName}`;
      transaction.delete(users, oldKey);
      transaction.put(users, newKey, { ...user, userName: newName, path, arn });
      for (const key of keys) transaction.put(accessKeys, key.accessKeyId, { ...key, userName: newName });
      return {};
    });
  },
});
