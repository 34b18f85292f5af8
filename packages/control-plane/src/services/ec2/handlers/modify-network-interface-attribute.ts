import type { ModifyNetworkInterfaceAttributeRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterCombination, missingParameter, notSupported, operationNotPermitted } from "../errors.ts";
import { putInterface } from "../interface-records.ts";
import { resolveGroups } from "../network-interfaces.ts";
import { requireNetworkInterface } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { guardSecurityGroup } from "../security-group-changes.ts";

export const modifyNetworkInterfaceAttribute = defineOperation<
  Ec2Dependencies,
  ModifyNetworkInterfaceAttributeRequest,
  Record<string, never>
>({
  authorise: onIds("ModifyNetworkInterfaceAttribute", (input) => [input.NetworkInterfaceId, ...(input.Groups ?? [])]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, [
      "Attachment",
      "EnaSrdSpecification",
      "EnablePrimaryIpv6",
      "ConnectionTrackingSpecification",
      "AssociatePublicIpAddress",
      "AssociatedSubnetIds",
    ]);
    const { Groups: groups, Description: description, SourceDestCheck: check } = input;
    const given = [groups?.length ? groups : undefined, description?.Value, check?.Value];
    const count = given.filter((value) => value !== undefined).length;
    if (count === 0) throw missingParameter("groupId, description or sourceDestCheck");
    if (count > 1) throw invalidParameterCombination("Only one attribute can be modified at a time");
    if (check?.Value === false) throw notSupported("An interface that forwards packets of others");
    const scope = scopeOfCall(call);
    await store.transaction(async (transaction) => {
      const record = await requireNetworkInterface(transaction, scope, input.NetworkInterfaceId);
      if (record.interfaceType === "natGateway") {
        throw operationNotPermitted(`You are not allowed to manage the NAT gateway's interface '${record.id}'.`);
      }
      const subnet = { id: record.subnetId, vpcId: record.vpcId };
      const securityGroupIds = groups?.length
        ? await resolveGroups(transaction, { ...scope, securityGroupIds: groups }, subnet)
        : record.securityGroupIds;
      for (const id of securityGroupIds) {
        if (!record.securityGroupIds.includes(id)) await guardSecurityGroup(transaction, id);
      }
      await putInterface(transaction, {
        ...record,
        securityGroupIds,
        description: description?.Value ?? record.description,
      });
    });
    return {};
  },
});
