import type { AssociateRouteTableRequest, AssociateRouteTableResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, routeTables } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { alreadyAssociated, invalidParameterValue } from "../errors.ts";
import { guardVpc, requireRouteTable, requireSubnet } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { routeTablesInVpc } from "../repository.ts";

export const associateRouteTable = defineOperation<
  Ec2Dependencies,
  AssociateRouteTableRequest,
  AssociateRouteTableResult
>({
  authorise: onIds("AssociateRouteTable", (input) => [input.RouteTableId, input.SubnetId]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, ["GatewayId", "PublicIpv4Pool"]);
    return store.transaction(async (transaction) => {
      const table = await requireRouteTable(transaction, scopeOfCall(call), input.RouteTableId);
      const subnet = await requireSubnet(transaction, scopeOfCall(call), input.SubnetId);
      if (subnet.vpcId !== table.vpcId) {
        throw invalidParameterValue(`route table ${table.id} and subnet ${subnet.id} belong to different networks`);
      }
      await guardVpc(transaction, table.vpcId);
      for (const other of await routeTablesInVpc(transaction, table.vpcId)) {
        const known = other.associations.find(({ subnetId }) => subnetId === subnet.id);
        if (known === undefined) continue;
        if (other.id === table.id) return { AssociationId: known.id, AssociationState: { State: "associated" } };
        throw alreadyAssociated(
          `the specified association for route table ${table.id} conflicts with an existing association`,
        );
      }
      const association = { id: newEc2Id("rtbassoc"), subnetId: subnet.id };
      const associations = [...table.associations, association];
      transaction.put(routeTables, keyInVpc(table), { ...table, associations });
      return { AssociationId: association.id, AssociationState: { State: "associated" } };
    });
  },
});
