import type { GetSecurityGroupsForVpcRequest, GetSecurityGroupsForVpcResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableSecurityGroup } from "../describables.ts";
import { describePage } from "../describe-page.ts";
import { requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { securityGroupsInVpc } from "../repository.ts";
import { tagsView } from "../tags.ts";

const describableGroupForVpc: typeof describableSecurityGroup = {
  ...describableSecurityGroup,
  filters: { ...describableSecurityGroup.filters, "primary-vpc-id": ({ vpcId }) => vpcId },
};

export const getSecurityGroupsForVpc = defineOperation<
  Ec2Dependencies,
  GetSecurityGroupsForVpcRequest,
  GetSecurityGroupsForVpcResult
>({
  authorise: onIds("GetSecurityGroupsForVpc", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    const groups = await store.read(async (transaction) => {
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      const found = await securityGroupsInVpc(transaction, vpc.id);
      const groupNames: ReadonlyMap<string, string> = new Map(found.map(({ id, name }) => [id, name]));
      return found.map((group) => ({ ...group, groupNames }));
    });
    const { views, NextToken } = describePage(groups, describableGroupForVpc, input, undefined, (group) => ({
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
