import type {
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { onSecurityGroup } from "../permissions.ts";
import { describeRules, requireSecurityGroup } from "../security-group-changes.ts";
import { readPermissions } from "../security-group-permissions.ts";

export const updateSecurityGroupRuleDescriptionsEgress = defineOperation<
  Ec2Dependencies,
  UpdateSecurityGroupRuleDescriptionsEgressRequest,
  UpdateSecurityGroupRuleDescriptionsEgressResult
>({
  authorise: onSecurityGroup("ec2:UpdateSecurityGroupRuleDescriptionsEgress"),
  handle: async (input, call, { store }) => {
    const requested = readPermissions(input.IpPermissions, {});
    await store.transaction(async (transaction) => {
      const group = await requireSecurityGroup(transaction, scopeOfCall(call), input);
      await describeRules(transaction, group, "egress", requested, input.SecurityGroupRuleDescriptions ?? []);
    });
    return { Return: true };
  },
});
