import type { AddUserToGroupCommandInput, AddUserToGroupCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { groups, users } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { groupsPerUserLimit } from "../errors.ts";
import { groupOwner, requireOwner, userOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { entityKey } from "../repository.ts";
import { present } from "../validation.ts";

/** AWS's quota for one user. */
const mostGroups = 10;

export const addUserToGroup = defineOperation<
  IamDependencies,
  AddUserToGroupCommandInput,
  Answer<AddUserToGroupCommandOutput>
>({
  authorise: onGroup("iam:AddUserToGroup"),
  handle: async (input, call, { store }) => {
    const groupName = present(input.GroupName, "groupName");
    const userName = present(input.UserName, "userName");
    return store.transaction(async (transaction) => {
      const group = await requireOwner(transaction, groupOwner, call.accountId, groupName);
      const user = await requireOwner(transaction, userOwner, call.accountId, userName);
      const { groupIds = [] } = user;
      if (groupIds.includes(group.groupId)) return {};
      if (groupIds.length >= mostGroups) throw groupsPerUserLimit();
      transaction.put(users, entityKey(call.accountId, userName), { ...user, groupIds: [...groupIds, group.groupId] });
      // Written as it is, so that a deletion at the same time meets its new member.
      transaction.put(groups, entityKey(call.accountId, groupName), group);
      return {};
    });
  },
});
