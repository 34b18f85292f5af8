import type { DeleteSubnetRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { removePool } from "../address-pool.ts";
import { exclusions, exclusionsOf } from "../block-public-access.ts";
import { keyInVpc, networkAcls, routeTables, subnets } from "../collections.ts";
import { flowLogs } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { hasDependencies } from "../errors.ts";
import { freeAddressesOf, poolOf } from "../interface-records.ts";
import { guardVpc, requireSubnet } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { flowLogsInVpc, networkAclsInVpc, networkInterfacesInVpc, routeTablesInVpc } from "../repository.ts";

export const deleteSubnet = defineOperation<Ec2Dependencies, DeleteSubnetRequest, Record<string, never>>({
  authorise: onIds("DeleteSubnet", (input) => [input.SubnetId]),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) => {
      const subnet = await requireSubnet(transaction, scopeOfCall(call), input.SubnetId);
      await guardVpc(transaction, subnet.vpcId);
      // Whoever makes an interface takes an address: reading where the pool stands guards against that.
      await freeAddressesOf(transaction, subnet);
      const interfaces = await networkInterfacesInVpc(transaction, subnet.vpcId);
      if (interfaces.some(({ subnetId }) => subnetId === subnet.id)) throw hasDependencies("subnet", subnet.id);
      const isOther = ({ subnetId }: { readonly subnetId?: string }): boolean => subnetId !== subnet.id;
      for (const table of await routeTablesInVpc(transaction, subnet.vpcId)) {
        if (table.associations.every(isOther)) continue;
        transaction.put(routeTables, keyInVpc(table), { ...table, associations: table.associations.filter(isOther) });
      }
      for (const acl of await networkAclsInVpc(transaction, subnet.vpcId)) {
        if (acl.associations.every(isOther)) continue;
        transaction.put(networkAcls, keyInVpc(acl), { ...acl, associations: acl.associations.filter(isOther) });
      }
      for (const flowLog of await flowLogsInVpc(transaction, subnet.vpcId)) {
        if (flowLog.resourceId === subnet.id) transaction.delete(flowLogs, keyInVpc(flowLog));
      }
      for (const { id, subnetId } of await exclusionsOf(transaction, subnet)) {
        if (subnetId === subnet.id) transaction.delete(exclusions, id);
      }
      await removePool(transaction, poolOf(subnet));
      transaction.delete(subnets, keyInVpc(subnet));
    });
    return {};
  },
});
