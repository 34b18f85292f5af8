import type { CreateGroupCommandInput, CreateGroupCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type GroupRecord, groups } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { groupExists } from "../errors.ts";
import { newUniqueId } from "../ids.ts";
import { entityKey } from "../repository.ts";
import { checkName, checkPath, groupNameLength } from "../validation.ts";
import { groupView } from "../views.ts";

export const createGroup = defineOperation<IamDependencies, CreateGroupCommandInput, Answer<CreateGroupCommandOutput>>({
  authorise: permission("iam:CreateGroup", (input, call) => [
    `arn:aws:iam::${call.accountId}:group${input.Path ?? "/"}${input.GroupName ?? ""}`,
  ]),
  handle: async (input, call, { store, clock }) => {
    const groupName = checkName(input.GroupName, "groupName", groupNameLength);
    const path = checkPath(input.Path);
    return store.transaction(async (transaction) => {
      const key = entityKey(call.accountId, groupName);
      if ((await transaction.get(groups, key)) !== undefined) throw groupExists(groupName);
      const group: GroupRecord = {
        accountId: call.accountId,
        groupName,
        groupId: newUniqueId("AGPA"),
        path,
        arn: `arn:aws:iam::${call.accountId}:group${path}${groupName}`,
        createdAt: clock.now(),
        tags: [],
        attachedPolicyArns: [],
        inlinePolicies: {},
      };
      transaction.insert(groups, key, group);
      return { Group: groupView(group) };
    });
  },
});
