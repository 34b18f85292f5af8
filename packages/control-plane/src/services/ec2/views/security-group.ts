import type {
  IpPermission,
  RevokedSecurityGroupRule,
  SecurityGroupRule as RuleView,
  SecurityGroup,
} from "@aws-sdk/client-ec2";
import { familyOf } from "../cidr.ts";
import type { RulePeer, SecurityGroupRecord, SecurityGroupRule } from "../collections.ts";
import { ec2Arn } from "../dependencies.ts";
import { tagsView } from "../tags.ts";

type Permission = IpPermission &
  Required<Pick<IpPermission, "IpRanges" | "Ipv6Ranges" | "PrefixListIds" | "UserIdGroupPairs">>;

type SayingOfRule = Pick<SecurityGroupRule, "protocol" | "fromPort" | "toPort" | "peer"> & {
  readonly description?: string | undefined;
};

/** AWS shows the rules of one protocol and port range together. */
const permissionsView = (
  owner: { readonly accountId: string },
  rules: readonly SayingOfRule[],
  peeringStatuses: ReadonlyMap<string, string> = new Map(),
): IpPermission[] => {
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
    const { peer } = rule;
    if (peer.kind === "prefix-list") {
      permission.PrefixListIds?.push({ PrefixListId: peer.prefixListId, ...description });
    } else if (peer.kind === "group") {
      permission.UserIdGroupPairs?.push({
        GroupId: peer.groupId,
        UserId: owner.accountId,
        ...(peer.peered === undefined
          ? {}
          : {
              VpcId: peer.peered.vpcId,
              VpcPeeringConnectionId: peer.peered.peeringId,
              PeeringStatus: peeringStatuses.get(peer.peered.peeringId) ?? "deleted",
            }),
        ...description,
      });
    } else if (familyOf(peer.cidr) === "IPv6") permission.Ipv6Ranges?.push({ CidrIpv6: peer.cidr, ...description });
    else permission.IpRanges?.push({ CidrIp: peer.cidr, ...description });
    permissions.set(key, permission);
  }
  return [...permissions.values()];
};

/** What a call named and the group has no rule for. */
export const unknownPermissionsView = (group: SecurityGroupRecord, unknown: readonly SayingOfRule[]): IpPermission[] =>
  permissionsView(group, unknown);

/** `peeringStatuses` tells by id how the peerings stand that rules speak of. */
export const securityGroupView = (
  group: SecurityGroupRecord,
  peeringStatuses: ReadonlyMap<string, string>,
): SecurityGroup => ({
  GroupId: group.id,
  GroupName: group.name,
  Description: group.description,
  OwnerId: group.accountId,
  VpcId: group.vpcId,
  SecurityGroupArn: ec2Arn(group, "security-group", group.id),
  IpPermissions: permissionsView(
    group,
    group.rules.filter(({ direction }) => direction === "ingress"),
    peeringStatuses,
  ),
  IpPermissionsEgress: permissionsView(
    group,
    group.rules.filter(({ direction }) => direction === "egress"),
    peeringStatuses,
  ),
  Tags: tagsView(group.tags),
});

const rangeView = (peer: Exclude<RulePeer, { readonly kind: "group" }>) => {
  if (peer.kind === "prefix-list") return { PrefixListId: peer.prefixListId };
  return familyOf(peer.cidr) === "IPv6" ? { CidrIpv6: peer.cidr } : { CidrIpv4: peer.cidr };
};

const peerView = (owner: { readonly accountId: string }, peer: RulePeer) =>
  peer.kind !== "group"
    ? rangeView(peer)
    : {
        ReferencedGroupInfo: {
          GroupId: peer.groupId,
          UserId: owner.accountId,
          ...(peer.peered === undefined
            ? {}
            : { VpcId: peer.peered.vpcId, VpcPeeringConnectionId: peer.peered.peeringId, PeeringStatus: "active" }),
        },
      };

export const securityGroupRuleView = (group: SecurityGroupRecord, rule: SecurityGroupRule): RuleView => ({
  SecurityGroupRuleId: rule.id,
  SecurityGroupRuleArn: ec2Arn(group, "security-group-rule", rule.id),
  GroupId: group.id,
  GroupOwnerId: group.accountId,
  IsEgress: rule.direction === "egress",
  IpProtocol: rule.protocol,
  FromPort: rule.fromPort,
  ToPort: rule.toPort,
  ...peerView(group, rule.peer),
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
  ...(rule.peer.kind === "group" ? { ReferencedGroupId: rule.peer.groupId } : rangeView(rule.peer)),
  ...(rule.description === undefined ? {} : { Description: rule.description }),
});
