import type { ListGroupsForUserCommandInput, ListGroupsForUserCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { readOwner, userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

/** Groups cannot be made yet, so that no user is in any. */
export const listGroupsForUser = defineOperation<
  IamDependencies,
  ListGroupsForUserCommandInput,
  Answer<ListGroupsForUserCommandOutput>
>({
  authorise: onUser("iam:ListGroupsForUser"),
  handle: async (input, call, dependencies) => {
    await readOwner(dependencies, call, userOwner, present(input.UserName, "userName"));
    return { Groups: [], IsTruncated: false };
  },
});
