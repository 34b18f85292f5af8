import type {
  DescribeStaleSecurityGroupsRequest,
  DescribeStaleSecurityGroupsResult,
  StaleIpPermission,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ReadTransaction } from "../../../state/store.ts";
import type { SecurityGroupRecord, SecurityGroupRule } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import type { Describable } from "../describe.ts";
import { describePage } from "../describe-page.ts";
import { securityGroupNotFound } from "../errors.ts";
import { requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { findSecurityGroup, findVpcPeering, securityGroupsInVpc } from "../repository.ts";

type SecurityGroupRuleOfPeering = SecurityGroupRule & { readonly peeringStatus: string };

interface StaleRules {
  readonly id: string;
  readonly group: SecurityGroupRecord;
  readonly rules: readonly SecurityGroupRuleOfPeering[];
}

const describableStale: Describable<StaleRules> = {
  idOf: ({ id }) => id,
  tagsOf: () => ({}),
  notFound: securityGroupNotFound,
  filters: {},
  pageSizes: { least: 5, most: 255 },
};

/** Rules that name a group of a VPC with which the peering is over, or a group there that is gone. */
const staleRulesOf = async (transaction: ReadTransaction, group: SecurityGroupRecord): Promise<StaleRules["rules"]> => {
  const stale: SecurityGroupRuleOfPeering[] = [];
  for (const rule of group.rules) {
    if (rule.peer.kind !== "group" || rule.peer.peered === undefined) continue;
    const peering = await findVpcPeering(transaction, rule.peer.peered.peeringId);
    const isGone = (await findSecurityGroup(transaction, rule.peer.groupId)) === undefined;
    const peeringStatus = peering === undefined ? "deleted" : peering.status;
    if (isGone || peeringStatus !== "active") stale.push({ ...rule, peeringStatus });
  }
  return stale;
};

const permissionsOf = (rules: StaleRules["rules"], direction: SecurityGroupRule["direction"]) =>
  rules
    .filter((rule) => rule.direction === direction)
    .map(
      (rule): StaleIpPermission => ({
        IpProtocol: rule.protocol,
        ...(rule.protocol === "-1" ? {} : { FromPort: rule.fromPort, ToPort: rule.toPort }),
        UserIdGroupPairs:
          rule.peer.kind === "group" && rule.peer.peered !== undefined
            ? [
                {
                  GroupId: rule.peer.groupId,
                  VpcId: rule.peer.peered.vpcId,
                  VpcPeeringConnectionId: rule.peer.peered.peeringId,
                  PeeringStatus: rule.peeringStatus,
                },
              ]
            : [],
      }),
    );

export const describeStaleSecurityGroups = defineOperation<
  Ec2Dependencies,
  DescribeStaleSecurityGroupsRequest,
  DescribeStaleSecurityGroupsResult
>({
  authorise: onIds("DescribeStaleSecurityGroups", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    const stale = await store.read(async (transaction) => {
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      const found: StaleRules[] = [];
      for (const group of await securityGroupsInVpc(transaction, vpc.id)) {
        const rules = await staleRulesOf(transaction, group);
        if (rules.length > 0) found.push({ id: group.id, group, rules });
      }
      return found;
    });
    const page = { MaxResults: input.MaxResults, NextToken: input.NextToken };
    const { views, NextToken } = describePage(stale, describableStale, page, undefined, ({ group, rules }) => ({
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      VpcId: group.vpcId,
      StaleIpPermissions: permissionsOf(rules, "ingress"),
      StaleIpPermissionsEgress: permissionsOf(rules, "egress"),
    }));
    return { StaleSecurityGroupSet: views, NextToken };
  },
});
