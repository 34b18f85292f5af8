import type { GetUserCommandInput, GetUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { readOwner, userOwner } from "../owners.ts";
import { onUser, userNameOr } from "../permissions.ts";
import { userView } from "../views.ts";

export const getUser = defineOperation<IamDependencies, GetUserCommandInput, Answer<GetUserCommandOutput>>({
  authorise: onUser("iam:GetUser"),
  handle: async (input, call, dependencies) => ({
    User: userView(await readOwner(dependencies, call, userOwner, userNameOr(call, input.UserName))),
  }),
});
