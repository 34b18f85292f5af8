import type { GetUserCommandInput, GetUserCommandOutput } from "@aws-sdk/client-iam";
import type { Call } from "../../../gateway/call.ts";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { readOwner, userOwner } from "../owners.ts";
import { onUser, userNameOr } from "../permissions.ts";
import { rootUserView, userView } from "../views.ts";

const onOneUser = onUser("iam:GetUser");

const asksForRoot = (input: GetUserCommandInput, call: Call): boolean =>
  input.UserName === undefined && call.principal.kind === "root";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUser.html */
export const getUser = defineOperation<IamDependencies, GetUserCommandInput, Answer<GetUserCommandOutput>>({
  authorise: {
    kind: "permissions",
    permissions: (input, call, dependencies) =>
      asksForRoot(input, call)
        ? [{ action: "iam:GetUser", resources: [call.principal.arn] }]
        : onOneUser.permissions(input, call, dependencies),
  },
  handle: async (input, call, dependencies) => ({
    User: asksForRoot(input, call)
      ? rootUserView(call.principal, await dependencies.accountCreatedAt(call.accountId))
      : userView(await readOwner(dependencies, call, userOwner, userNameOr(call, input.UserName))),
  }),
});
