import type {
  IpPermission,
  RevokedSecurityGroupRule,
  SecurityGroupRule as RuleView,
  SecurityGroup,
} from "@aws-sdk/client-ec2";
import type { SecurityGroupRecord, SecurityGroupRule } from "../collections.ts";
import { ec2Arn } from "../dependencies.ts";
import { tagsView } from "../tags.ts";

type Permission = IpPermission & Required<Pick<IpPermission, "IpRanges" | "UserIdGroupPairs">>;

/** AWS shows the rules of one protocol and port range together. */
const permissionsView = (owner: { readonly accountId: string }, rules: readonly SecurityGroupRule[]) => {
  const permissions = new Map<string, Permission>();
  for (const rule of rules) {
    const range = rule.protocol === "-1" ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort };
    const key = [rule.protocol, rule.fromPort, rule.toPort].join(" ");
    const permission: Permission = permissions.get(key) ?? {
      IpProtocol: rule.protocol,
      ...range,
      IpRanges: [],
      Ipv6Ranges: [],
      PrefixListIds: [],
      UserIdGroupPairs: [],
    };
    const description = rule.description === undefined ? {} : { Description: rule.description };
    if (rule.peer.kind === "cidr") permission.IpRanges?.push({ CidrIp: rule.peer.cidr, ...description });
    else permission.UserIdGroupPairs?.push({ GroupId: rule.peer.groupId, UserId: owner.accountId, ...description });
    permissions.set(key, permission);
  }
  return [...permissions.values()];
};

export const securityGroupView = (group: SecurityGroupRecord): SecurityGroup => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  OwnerId: group.accountId,
  VpcId: group.vpcId,
  SecurityGroupArn: ec2Arn(group, "security-group", group.id),
  IpPermissions: permissionsView(
    group,
    group.rules.filter(({ direction }) => direction === "ingress"),
  ),
  IpPermissionsEgress: permissionsView(
    group,
    group.rules.filter(({ direction }) => direction === "egress"),
  ),
  Tags: tagsView(group.tags),
});

export const securityGroupRuleView = (group: SecurityGroupRecord, rule: SecurityGroupRule): RuleView => ({
  SecurityGroupRuleId: rule.id,
  SecurityGroupRuleArn: ec2Arn(group, "security-group-rule", rule.id),
  GroupId: group.id,
  GroupOwnerId: group.accountId,
  IsEgress: rule.direction === "egress",
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  ...(rule.peer.kind === "cidr"
    ? { CidrIpv4: rule.peer.cidr }
    : { ReferencedGroupInfo: { GroupId: rule.peer.groupId, UserId: group.accountId } }),
  ...(rule.description === undefined ? {} : { Description: rule.description }),
  Tags: tagsView(rule.tags),
});

export const revokedRuleView = (group: SecurityGroupRecord, rule: SecurityGroupRule): RevokedSecurityGroupRule => ({
  SecurityGroupRuleId: rule.id,
  GroupId: group.id,
  IsEgress: rule.direction === "egress",
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  ...(rule.peer.kind === "cidr" ? { CidrIpv4: rule.peer.cidr } : { ReferencedGroupId: rule.peer.groupId }),
  ...(rule.description === undefined ? {} : { Description: rule.description }),
});
