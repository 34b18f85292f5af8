import type {
  DescribeSecurityGroupReferencesRequest,
  DescribeSecurityGroupReferencesResult,
  SecurityGroupReference,
} from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireSecurityGroupById } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { securityGroupsReferencing } from "../repository.ts";

export const describeSecurityGroupReferences = defineOperation<
  Ec2Dependencies,
  DescribeSecurityGroupReferencesRequest,
  DescribeSecurityGroupReferencesResult
>({
  authorise: onIds("DescribeSecurityGroupReferences", (input) => input.GroupId ?? []),
  handle: async (input, call, { store }) =>
    store.read(async (transaction) => {
      const SecurityGroupReferenceSet: SecurityGroupReference[] = [];
      for (const id of input.GroupId ?? []) {
        const group = await requireSecurityGroupById(transaction, scopeOfCall(call), id);
        const referencing = new Set<string>();
        for (const other of await securityGroupsReferencing(transaction, group.id)) {
          if (other.vpcId === group.vpcId || referencing.has(other.vpcId)) continue;
          referencing.add(other.vpcId);
          const rule = other.rules.find(({ peer }) => peer.kind === "group" && peer.groupId === group.id);
          const peered = rule?.peer.kind === "group" ? rule.peer.peered : undefined;
          SecurityGroupReferenceSet.push({
            GroupId: group.id,
            ReferencingVpcId: other.vpcId,
            ...(peered === undefined ? {} : { VpcPeeringConnectionId: peered.peeringId }),
          });
        }
      }
      return { SecurityGroupReferenceSet };
    }),
});
