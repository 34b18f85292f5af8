import type { DisassociateRouteTableRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue } from "../errors.ts";
import { onRouteTableOfAssociation, requireAssociation } from "../route-table-associations.ts";

export const disassociateRouteTable = defineOperation<
  Ec2Dependencies,
  DisassociateRouteTableRequest,
  Record<string, never>
>({
  authorise: onRouteTableOfAssociation("DisassociateRouteTable"),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const { table, association } = await requireAssociation(transaction, scopeOfCall(call), input.AssociationId);
      if (association.subnetId === undefined) {
        throw invalidParameterValue(`cannot disassociate the main route table association ${association.id}`);
      }
      const associations = table.associations.filter(({ id }) => id !== association.id);
      transaction.put(routeTables, keyInVpc(table), { ...table, associations });
    });
    return {};
  },
});
