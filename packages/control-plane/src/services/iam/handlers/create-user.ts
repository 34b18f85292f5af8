import type { CreateUserCommandInput, CreateUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import { type UserRecord, users } from "../collections.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { userExists } from "../errors.ts";
import { newUniqueId } from "../ids.ts";
import { onNew } from "../permissions.ts";
import { usePolicy } from "../policy-uses.ts";
import { entityKey } from "../repository.ts";
import { checkName, checkPath, checkPolicyArn, checkTags, userNameLength } from "../validation.ts";
import { userView } from "../views.ts";

export const createUser = defineOperation<IamDependencies, CreateUserCommandInput, Answer<CreateUserCommandOutput>>({
  authorise: onNew<CreateUserCommandInput>(
    "iam:CreateUser",
    (input) => `user${input.Path ?? "/"}${input.UserName ?? ""}`,
  ),
  handle: async (input, call, { store, clock }) => {
    const userName = checkName(input.UserName, "userName", userNameLength);
    const path = checkPath(input.Path);
    const tags = checkTags(input.Tags, "User");
    const boundary = input.PermissionsBoundary === undefined ? undefined : checkPolicyArn(input.PermissionsBoundary);
    return store.transaction(async (transaction) => {
      const key = entityKey(call.accountId, userName);
      if ((await transaction.get(users, key)) !== undefined) throw userExists(userName);
      if (boundary !== undefined) await usePolicy(transaction, call.accountId, boundary);
      const user: UserRecord = {
        accountId: call.accountId,
        userName,
        userId: newUniqueId("AIDA"),
        path,
        arn: `arn:aws:iam::${call.accountId}:user${path}${userName}`,
        createdAt: clock.now(),
        tags,
        attachedPolicyArns: [],
        inlinePolicies: {},
        ...(boundary === undefined ? {} : { permissionsBoundaryArn: boundary }),
      };
      transaction.insert(users, key, user);
      return { User: userView(user) };
    });
  },
});
