import type { ReplaceRouteTableAssociationRequest, ReplaceRouteTableAssociationResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterValue } from "../errors.ts";
import { requireRouteTable } from "../ownership.ts";
import { onRouteTableOfAssociation, requireAssociation } from "../route-table-associations.ts";

export const replaceRouteTableAssociation = defineOperation<
  Ec2Dependencies,
  ReplaceRouteTableAssociationRequest,
  ReplaceRouteTableAssociationResult
>({
  authorise: onRouteTableOfAssociation("ReplaceRouteTableAssociation"),
  handle: async (input, call, { store }) =>
    store.transaction(async (transaction) => {
      const { table, association } = await requireAssociation(transaction, scopeOfCall(call), input.AssociationId);
      const next = await requireRouteTable(transaction, scopeOfCall(call), input.RouteTableId);
      if (next.vpcId !== table.vpcId) {
        throw invalidParameterValue(
          `route table ${next.id} and association ${association.id} belong to different networks`,
        );
      }
      if (next.id === table.id) return { NewAssociationId: association.id, AssociationState: { State: "associated" } };
      const moved = { ...association, id: newEc2Id("rtbassoc") };
      const left = table.associations.filter(({ id }) => id !== association.id);
      transaction.put(routeTables, keyInVpc(table), { ...table, associations: left });
      transaction.put(routeTables, keyInVpc(next), { ...next, associations: [...next.associations, moved] });
      return { NewAssociationId: moved.id, AssociationState: { State: "associated" } };
    }),
});
