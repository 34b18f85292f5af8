import type {
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  SecurityGroupRuleRequest,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { missingParameter, notSupported } from "../errors.ts";
import { onSecurityGroup } from "../permissions.ts";
import { putRules, requireSecurityGroup, resolveRules, rulesWithIds } from "../security-group-changes.ts";
import { type RequestedRule, readPermissions } from "../security-group-permissions.ts";

const readRule = (request: SecurityGroupRuleRequest | undefined): RequestedRule => {
  if (request === undefined) throw missingParameter("securityGroupRule");
  if (request.CidrIpv6 !== undefined) throw notSupported("An IPv6 range in a security group rule");
  if (request.PrefixListId !== undefined) throw notSupported("A prefix list in a security group rule");
  const { CidrIpv4: cidr, ReferencedGroupId: groupId, Description: description } = request;
  const [rule, second] = readPermissions(
    [
      {
        IpProtocol: request.IpProtocol,
        FromPort: request.FromPort,
        ToPort: request.ToPort,
        IpRanges: cidr === undefined ? [] : [{ CidrIp: cidr, Description: description }],
        UserIdGroupPairs: groupId === undefined ? [] : [{ GroupId: groupId, Description: description }],
      },
    ],
    {},
  );
  if (rule === undefined || second !== undefined) throw missingParameter("exactly one of cidrIpv4, referencedGroupId");
  return rule;
};

export const modifySecurityGroupRules = defineOperation<
  Ec2Dependencies,
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult
>({
  authorise: onSecurityGroup("ec2:ModifySecurityGroupRules"),
  handle: async (input, call, { store }) => {
    const updates = (input.SecurityGroupRules ?? []).map(({ SecurityGroupRuleId: id, SecurityGroupRule: request }) => {
      if (id === undefined) throw missingParameter("securityGroupRuleId");
      return { id, requested: readRule(request) };
    });
    if (updates.length === 0) throw missingParameter("securityGroupRules");
    await store.transaction(async (transaction) => {
      const group = await requireSecurityGroup(transaction, scopeOfCall(call), input);
      rulesWithIds(
        group,
        undefined,
        updates.map(({ id }) => id),
      );
      const resolved = await resolveRules(
        transaction,
        group,
        updates.map(({ requested }) => requested),
      );
      const replacements = new Map(updates.map(({ id }, index) => [id, resolved[index]]));
      const rules = group.rules.map((rule) => {
        const replacement = replacements.get(rule.id);
        if (replacement === undefined) return rule;
        const { description, ...described } = replacement;
        const { id, direction, tags } = rule;
        return { id, direction, tags, ...described, ...(description === undefined ? {} : { description }) };
      });
      await putRules(transaction, group, rules);
    });
    return { Return: true };
  },
});
