import type { GetSecurityGroupsForVpcRequest, GetSecurityGroupsForVpcResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableSecurityGroup } from "../describables.ts";
import { describePage } from "../describe-page.ts";
import { requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { securityGroupsInVpc } from "../repository.ts";
import { tagsView } from "../tags.ts";

export const getSecurityGroupsForVpc = defineOperation<
  Ec2Dependencies,
  GetSecurityGroupsForVpcRequest,
  GetSecurityGroupsForVpcResult
>({
  authorise: onIds("GetSecurityGroupsForVpc", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    const groups = await store.read(async (transaction) => {
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      return securityGroupsInVpc(transaction, vpc.id);
    });
    const { views, NextToken } = describePage(groups, describableSecurityGroup, input, undefined, (group) => ({
      GroupId: group.id,
      GroupName: group.name,
      Description: group.description,
      OwnerId: group.accountId,
      PrimaryVpcId: group.vpcId,
      Tags: tagsView(group.tags),
    }));
    return { SecurityGroupForVpcs: views, NextToken };
  },
});
