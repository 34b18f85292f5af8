import type { RemoveUserFromGroupCommandInput, RemoveUserFromGroupCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { users } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { notInGroup } from "../errors.ts";
import { groupOwner, requireOwner, userOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { entityKey } from "../repository.ts";
import { present } from "../validation.ts";

export const removeUserFromGroup = defineOperation<
  IamDependencies,
  RemoveUserFromGroupCommandInput,
  Answer<RemoveUserFromGroupCommandOutput>
>({
  authorise: onGroup("iam:RemoveUserFromGroup"),
  handle: async (input, call, { store }) => {
    const groupName = present(input.GroupName, "groupName");
    const userName = present(input.UserName, "userName");
    return store.transaction(async (transaction) => {
      const { groupId } = await requireOwner(transaction, groupOwner, call.accountId, groupName);
      const user = await requireOwner(transaction, userOwner, call.accountId, userName);
      const { groupIds = [] } = user;
      if (!groupIds.includes(groupId)) throw notInGroup(userName, groupName);
      const kept = groupIds.filter((id) => id !== groupId);
      transaction.put(users, entityKey(call.accountId, userName), { ...user, groupIds: kept });
      return {};
    });
  },
});
