import type {
  ModifySecurityGroupRulesRequest,
  ModifySecurityGroupRulesResult,
  SecurityGroupRuleRequest,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { missingParameter } from "../errors.ts";
import { onSecurityGroup } from "../permissions.ts";
import { putRules, requireSecurityGroup, resolveRules, rulesWithIds } from "../security-group-changes.ts";
import { type RequestedRule, readPermissions } from "../security-group-permissions.ts";

const readRule = (request: SecurityGroupRuleRequest | undefined): RequestedRule => {
  if (request === undefined) throw missingParameter("securityGroupRule");
  const { CidrIpv4, CidrIpv6, PrefixListId, ReferencedGroupId, Description } = request;
  const [rule, second] = readPermissions(
    [
      {
        IpProtocol: request.IpProtocol,
        FromPort: request.FromPort,
        ToPort: request.ToPort,
        IpRanges: CidrIpv4 === undefined ? [] : [{ CidrIp: CidrIpv4, Description }],
        Ipv6Ranges: CidrIpv6 === undefined ? [] : [{ CidrIpv6, Description }],
        PrefixListIds: PrefixListId === undefined ? [] : [{ PrefixListId, Description }],
        UserIdGroupPairs: ReferencedGroupId === undefined ? [] : [{ GroupId: ReferencedGroupId, Description }],
      },
    ],
    {},
  );
  if (rule === undefined || second !== undefined) {
    throw missingParameter("exactly one of cidrIpv4, cidrIpv6, prefixListId, referencedGroupId");
  }
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
