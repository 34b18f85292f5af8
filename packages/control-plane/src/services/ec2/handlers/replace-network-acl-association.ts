import type { ReplaceNetworkAclAssociationRequest, ReplaceNetworkAclAssociationResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, networkAcls } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { associationNotFound, invalidParameterValue, missingParameter } from "../errors.ts";
import { requireNetworkAcl } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { findNetworkAclOfAssociation } from "../repository.ts";

export const replaceNetworkAclAssociation = defineOperation<
  Ec2Dependencies,
  ReplaceNetworkAclAssociationRequest,
  ReplaceNetworkAclAssociationResult
>({
  authorise: onIds("ReplaceNetworkAclAssociation", (input) => [input.NetworkAclId]),
  handle: async (input, call, { store }) => {
    const { AssociationId: id } = input;
    if (id === undefined) throw missingParameter("associationId");
    return store.transaction(async (transaction) => {
      const next = await requireNetworkAcl(transaction, scopeOfCall(call), input.NetworkAclId);
      const acl = await findNetworkAclOfAssociation(transaction, id);
      const association = acl?.associations.find((one) => one.id === id);
      if (acl === undefined || association === undefined || acl.accountId !== next.accountId) {
        throw associationNotFound(id);
      }
      if (acl.vpcId !== next.vpcId) {
        throw invalidParameterValue(`network acl ${next.id} and association ${id} belong to different networks`);
      }
      if (acl.id === next.id) return { NewAssociationId: id };
      const moved = { ...association, id: newEc2Id("aclassoc") };
      const left = acl.associations.filter((one) => one !== association);
      transaction.put(networkAcls, keyInVpc(acl), { ...acl, associations: left });
      transaction.put(networkAcls, keyInVpc(next), { ...next, associations: [...next.associations, moved] });
      return { NewAssociationId: moved.id };
    });
  },
});
