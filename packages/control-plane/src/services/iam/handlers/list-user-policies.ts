import type { ListUserPoliciesCommandInput, ListUserPoliciesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { listInlinePolicies } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const listUserPolicies = defineOperation<
  IamDependencies,
  ListUserPoliciesCommandInput,
  Answer<ListUserPoliciesCommandOutput>
>({
  authorise: onUser("iam:ListUserPolicies"),
  handle: (input, call, dependencies) =>
    listInlinePolicies(dependencies, call, userOwner, present(input.UserName, "userName"), input),
});
