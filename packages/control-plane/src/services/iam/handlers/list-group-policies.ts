import type { ListGroupPoliciesCommandInput, ListGroupPoliciesCommandOutput } from "@aws-sdk/client-iam";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Answer, IamDependencies } from "../dependencies.ts";
import { listInlinePolicies } from "../owner-policies.ts";
import { groupOwner } from "../owners.ts";
import { onGroup } from "../permissions.ts";
import { present } from "../validation.ts";

export const listGroupPolicies = defineOperation<
  IamDependencies,
  ListGroupPoliciesCommandInput,
  Answer<ListGroupPoliciesCommandOutput>
>({
  authorise: onGroup("iam:ListGroupPolicies"),
  handle: (input, call, dependencies) =>
    listInlinePolicies(dependencies, call, groupOwner, present(input.GroupName, "groupName"), input),
});
