import type { ListAttachedUserPoliciesCommandInput, ListAttachedUserPoliciesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { listAttached } from "../owner-policies.ts";
import { userOwner } from "../owners.ts";
import { onUser } from "../permissions.ts";
import { present } from "../validation.ts";

export const listAttachedUserPolicies = defineOperation<
  IamDependencies,
  ListAttachedUserPoliciesCommandInput,
  Answer<ListAttachedUserPoliciesCommandOutput>
>({
  authorise: onUser("iam:ListAttachedUserPolicies"),
  handle: (input, call, dependencies) =>
    listAttached(dependencies, call, userOwner, present(input.UserName, "userName"), input),
});
