import type { DeleteSecurityGroupRequest, DeleteSecurityGroupResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, securityGroupGuards, securityGroupNames, securityGroups } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { cannotDelete, dependencyViolation } from "../errors.ts";
import { onSecurityGroup } from "../permissions.ts";
import { networkInterfacesInGroup, securityGroupsReferencing } from "../repository.ts";
import { requireSecurityGroup } from "../security-group-changes.ts";

export const deleteSecurityGroup = defineOperation<
  Ec2Dependencies,
  DeleteSecurityGroupRequest,
  DeleteSecurityGroupResult
>({
  authorise: onSecurityGroup("ec2:DeleteSecurityGroup"),
  handle: async (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const group = await requireSecurityGroup(transaction, scopeOfCall(call), input);
      if (group.name === "default") throw cannotDelete(group.id);
      await transaction.get(securityGroupGuards, group.id);
      const users = await networkInterfacesInGroup(transaction, group.id);
      const references = (await securityGroupsReferencing(transaction, group.id)).filter(({ id }) => id !== group.id);
      if (users.length > 0 || references.length > 0) throw dependencyViolation(group.id);
      transaction.delete(securityGroups, keyInVpc(group));
      transaction.delete(securityGroupNames, `${group.vpcId}/${group.name}`);
      transaction.delete(securityGroupGuards, group.id);
      return { Return: true, GroupId: group.id };
    }),
});
