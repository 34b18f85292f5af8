import type {
  ListAttachedGroupPoliciesCommandInput,
  ListAttachedGroupPoliciesCommandOutput,
} from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { listAttached } from "../owner-policies.ts";
import { groupOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { present } from "../validation.ts";

export const listAttachedGroupPolicies = defineOperation<
  IamDependencies,
  ListAttachedGroupPoliciesCommandInput,
  Answer<ListAttachedGroupPoliciesCommandOutput>
>({
  authorise: onGroup("iam:ListAttachedGroupPolicies"),
  handle: (input, call, dependencies) =>
    listAttached(dependencies, call, groupOwner, present(input.GroupName, "groupName"), input),
});
