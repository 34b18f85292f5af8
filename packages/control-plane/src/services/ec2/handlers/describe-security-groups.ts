import type { DescribeSecurityGroupsRequest, DescribeSecurityGroupsResult } from "@aws-sdk/client-ec2";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describableSecurityGroup } from "../describables.ts";
import { describe } from "../describe.ts";
import { malformedGroupId } from "../errors.ts";
import { securityGroupsOf, vpcPeeringsOf } from "../repository.ts";
import { requireSecurityGroup } from "../security-group-changes.ts";
import { securityGroupView } from "../views/security-group.ts";

export const describeSecurityGroups = defineOperation<
  Ec2Dependencies,
  DescribeSecurityGroupsRequest,
  DescribeSecurityGroupsResult
>({
  authorise: permission("ec2:DescribeSecurityGroups", () => ["*"]),
  handle: async (input, call, { store }) => {
    for (const id of input.GroupIds ?? []) if (!id.startsWith("sg-")) throw malformedGroupId(id);
    const { all, named, peeringStatuses } = await store.read(async (transaction) => {
      const named: string[] = [];
      for (const name of input.GroupNames ?? []) {
        named.push((await requireSecurityGroup(transaction, scopeOfCall(call), { GroupName: name })).id);
      }
      const groups = await securityGroupsOf(transaction, scopeOfCall(call));
      const groupNames: ReadonlyMap<string, string> = new Map(groups.map(({ id, name }) => [id, name]));
      const peerings = await vpcPeeringsOf(transaction, scopeOfCall(call));
      const peeringStatuses: ReadonlyMap<string, string> = new Map(peerings.map(({ id, status }) => [id, status]));
      return { peeringStatuses, all: groups.map((group) => ({ ...group, groupNames })), named };
    });
    const page = describe(all, describableSecurityGroup, {
      ids: [...(input.GroupIds ?? []), ...named],
      filters: input.Filters,
      maxResults: input.MaxResults,
      nextToken: input.NextToken,
    });
    return {
      SecurityGroups: page.items.map((group) => securityGroupView(group, peeringStatuses)),
      NextToken: page.nextToken,
    };
  },
});
