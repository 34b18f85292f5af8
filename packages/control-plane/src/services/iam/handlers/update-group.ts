import type { UpdateGroupCommandInput, UpdateGroupCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { groups } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { groupExists } from "../errors.ts";
import { groupOwner, requireOwner } from "../owners.ts";
import { entityKey, findGroup } from "../repository.ts";
import { checkName, checkPath, groupNameLength, present } from "../validation.ts";

/** Gives a group another name or path; its members and policies stay. */
export const updateGroup = defineOperation<IamDependencies, UpdateGroupCommandInput, Answer<UpdateGroupCommandOutput>>({
  authorise: {
    kind: "permissions",
    permissions: async (input, call, { store }) => {
      const name = present(input.GroupName, "groupName");
      const group = await store.read((transaction) => findGroup(transaction, call.accountId, name));
      const path = group?.path ?? "/";
      const arnOf = (ofPath: string, ofName: string) => `arn:aws:iam::${call.accountId}:group${ofPath}${ofName}`;
      const arns = [arnOf(path, name), arnOf(input.NewPath ?? path, input.NewGroupName ?? name)];
      return [{ action: "iam:UpdateGroup", resources: [...new Set(arns)] }];
    },
  },
  handle: async (input, call, { store }) => {
    const name = present(input.GroupName, "groupName");
    const newName =
      input.NewGroupName === undefined ? name : checkName(input.NewGroupName, "newGroupName", groupNameLength);
    const newPath = input.NewPath === undefined ? undefined : checkPath(input.NewPath);
    return store.transaction(async (transaction) => {
      const group = await requireOwner(transaction, groupOwner, call.accountId, name);
      const path = newPath ?? group.path;
      const [oldKey, newKey] = [entityKey(call.accountId, name), entityKey(call.accountId, newName)];
      if (newKey !== oldKey && (await transaction.get(groups, newKey)) !== undefined) throw groupExists(newName);
      const arn = `arn:aws:iam::${call.accountId}:group${path}${newName}`;
      transaction.delete(groups, oldKey);
      transaction.put(groups, newKey, { ...group, groupName: newName, path, arn });
      return {};
    });
  },
});
