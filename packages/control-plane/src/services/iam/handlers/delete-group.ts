import type { DeleteGroupCommandInput, DeleteGroupCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { groups } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { mustRemoveUsers } from "../errors.ts";
import { checkHasNoPolicies } from "../owner-policies.ts";
import { groupOwner, requireOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { entityKey, usersOfGroup } from "../repository.ts";
import { present } from "../validation.ts";

export const deleteGroup = defineOperation<IamDependencies, DeleteGroupCommandInput, Answer<DeleteGroupCommandOutput>>({
  authorise: onGroup("iam:DeleteGroup"),
  handle: (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const name = present(input.GroupName, "groupName");
      const group = await requireOwner(transaction, groupOwner, call.accountId, name);
      if ((await usersOfGroup(transaction, group)).length > 0) throw mustRemoveUsers();
      checkHasNoPolicies(group);
      transaction.delete(groups, entityKey(call.accountId, name));
      return {};
    }),
});
