import type {
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult,
} from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall, securityGroupResources } from "../dependencies.ts";
import { describeRules, requireSecurityGroup } from "../security-group-changes.ts";
import { readPermissions } from "../security-group-permissions.ts";

export const updateSecurityGroupRuleDescriptionsEgress = defineOperation<
  Ec2Dependencies,
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult
>({
  authorise: permission("ec2:UpdateSecurityGroupRuleDescriptionsEgress", securityGroupResources),
  handle: async (input, call, { store }) => {
    const requested = readPermissions(input.IpPermissions, {});
    await store.transaction(async (transaction) => {
      const group = await requireSecurityGroup(transaction, scopeOfCall(call), input);
      await describeRules(transaction, group, "egress", requested, input.SecurityGroupRuleDescriptions ?? []);
    });
    return { Return: true };
  },
});
