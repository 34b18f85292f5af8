import type { AuthorizeSecurityGroupEgressRequest, AuthorizeSecurityGroupEgressResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { onNewRules } from "../permissions.ts";
import { authoriseRules, requireSecurityGroup } from "../security-group-changes.ts";
import { readPermissions } from "../security-group-permissions.ts";
import { readTagSpecifications } from "../tags.ts";
import { securityGroupRuleView } from "../views/security-group.ts";

export const authorizeSecurityGroupEgress = defineOperation<
  Ec2Dependencies,
  AuthorizeSecurityGroupEgressRequest,
  AuthorizeSecurityGroupEgressResult
>({
  authorise: onNewRules("AuthorizeSecurityGroupEgress"),
  handle: async (input, call, { store }) => {
    const requested = readPermissions(input.IpPermissions, input);
    const tags = readTagSpecifications(input.TagSpecifications, "security-group-rule");
    return store.transaction(async (transaction) => {
      const group = await requireSecurityGroup(transaction, scopeOfCall(call), input);
      const added = await authoriseRules(transaction, group, "egress", requested, tags);
      return { Return: true, SecurityGroupRules: added.map((rule) => securityGroupRuleView(group, rule)) };
    });
  },
});
