import type { RevokeSecurityGroupEgressRequest, RevokeSecurityGroupEgressResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { onSecurityGroup } from "../permissions.ts";
import { requireSecurityGroup, revokeRules, rulesNamed } from "../security-group-changes.ts";
import { readPermissions } from "../security-group-permissions.ts";
import { revokedRuleView, unknownPermissionsView } from "../views/security-group.ts";

export const revokeSecurityGroupEgress = defineOperation<
  Ec2Dependencies,
  RevokeSecurityGroupEgressRequest,
  RevokeSecurityGroupEgressResult
>({
  authorise: onSecurityGroup("ec2:RevokeSecurityGroupEgress"),
  handle: async (input, call, { store }) => {
    const requested = readPermissions(input.IpPermissions, input);
    return store.transaction(async (transaction) => {
      const group = await requireSecurityGroup(transaction, scopeOfCall(call), input);
      const ids = input.SecurityGroupRuleIds ?? [];
      const { rules: revoked, unknown } = await rulesNamed(transaction, group, "egress", ids, requested);
      revokeRules(transaction, group, revoked);
      return {
        Return: true,
        RevokedSecurityGroupRules: revoked.map((rule) => revokedRuleView(group, rule)),
        UnknownIpPermissions: unknownPermissionsView(group, unknown),
      };
    });
  },
});
