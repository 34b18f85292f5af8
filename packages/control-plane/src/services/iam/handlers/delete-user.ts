import type { DeleteUserCommandInput, DeleteUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { users } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { mustDeleteAccessKeys, mustLeaveGroups } from "../errors.ts";
import { checkHasNoPolicies } from "../owner-policies.ts";
import { requireOwner, userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { accessKeysOfUser, entityKey } from "../repository.ts";
import { present } from "../validation.ts";

export const deleteUser = defineOperation<IamDependencies, DeleteUserCommandInput, Answer<DeleteUserCommandOutput>>({
  authorise: onUser("iam:DeleteUser"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const userName = present(input.UserName, "userName");
      const user = await requireOwner(transaction, userOwner, call.accountId, userName);
      checkHasNoPolicies(user);
      if ((user.groupIds ?? []).length > 0) throw mustLeaveGroups();
      if ((await accessKeysOfUser(transaction, call.accountId, userName)).length > 0) throw mustDeleteAccessKeys();
      transaction.delete(users, entityKey(call.accountId, userName));
      return {};
    }),
});
