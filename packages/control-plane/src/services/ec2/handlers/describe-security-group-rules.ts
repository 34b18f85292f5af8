import type { DescribeSecurityGroupRulesRequest, DescribeSecurityGroupRulesResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableSecurityGroupRule } from "../describables.ts";
import { describe } from "../describe.ts";
import { securityGroupsOf } from "../repository.ts";
import { securityGroupRuleView } from "../views/security-group.ts";

export const describeSecurityGroupRules = defineOperation<
  Ec2Dependencies,
  DescribeSecurityGroupRulesRequest,
  DescribeSecurityGroupRulesResult
>({
  authorise: permission("ec2:DescribeSecurityGroupRules", () => ["*"]),
  handle: async (input, call, { store }) => {
    const groups = await store.read((transaction) => securityGroupsOf(transaction, scopeOfCall(call)));
    const all = groups.flatMap((group) => group.rules.map((rule) => ({ id: rule.id, tags: rule.tags, rule, group })));
    const page = describe(all, describableSecurityGroupRule, {
      ids: input.SecurityGroupRuleIds,
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return {
      SecurityGroupRules: page.items.map(({ group, rule }) => securityGroupRuleView(group, rule)),
      NextToken: page.nextToken,
    };
  },
});
