import type {
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { onSecurityGroup } from "../permissions.ts";
import { describeRules, requireSecurityGroup } from "../security-group-changes.ts";
import { readPermissions } from "../security-group-permissions.ts";

export const updateSecurityGroupRuleDescriptionsIngress = defineOperation<
  Ec2Dependencies,
  UpdateSecurityGroupRuleDescriptionsIngressRequest,
  UpdateSecurityGroupRuleDescriptionsIngressResult
>({
  authorise: onSecurityGroup("ec2:UpdateSecurityGroupRuleDescriptionsIngress"),
  handle: async (input, call, { store }) => {
    const requested = readPermissions(input.IpPermissions, {});
    await store.transaction(async (transaction) => {
      const group = await requireSecurityGroup(transaction, scopeOfCall(call), input);
      await describeRules(transaction, group, "ingress", requested, input.SecurityGroupRuleDescriptions ?? []);
    });
    return { Return: true };
  },
});
