import type { DeleteVpcRequest } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ReadTransaction, Transaction } from "../../../state/store.ts";
import { exclusions, exclusionsOf } from "../block-public-access.ts";
import {
  defaultVpcs,
  keyInVpc,
  networkAcls,
  routeTables,
  scopeOf,
  securityGroupGuards,
  securityGroupNames,
  securityGroups,
  type VpcRecord,
  vpcs,
} from "../collections.ts";
import { flowLogs, natGateways, vpcGuards, vpcPeerings, vpcRevisions } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { hasDependencies } from "../errors.ts";
import { guardVpc, requireVpc, touchVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import {
  egressOnlyInternetGatewaysInVpc,
  flowLogsInVpc,
  internetGatewayOfVpc,
  natGatewaysInVpc,
  networkAclsInVpc,
  networkInterfacesInVpc,
  peeringsOfVpc,
  routeTablesInVpc,
  securityGroupsInVpc,
  subnetsInVpc,
  vpcEndpointsInVpc,
} from "../repository.ts";
import { natGatewayState } from "../views/gateways.ts";
import { vpnGatewayOfVpc } from "../vpn-collections.ts";

/** Whether anything is left in the VPC beside what was made with it. */
const hasParts = async (transaction: ReadTransaction, vpc: VpcRecord): Promise<boolean> => {
  if ((await subnetsInVpc(transaction, vpc.id)).length > 0) return true;
  if ((await networkInterfacesInVpc(transaction, vpc.id)).length > 0) return true;
  if ((await securityGroupsInVpc(transaction, vpc.id)).some(({ name }) => name !== "default")) return true;
  if ((await networkAclsInVpc(transaction, vpc.id)).some(({ isDefault }) => !isDefault)) return true;
  const tables = await routeTablesInVpc(transaction, vpc.id);
  if (tables.some(({ associations }) => associations.every(({ subnetId }) => subnetId !== undefined))) return true;
  if ((await vpcEndpointsInVpc(transaction, vpc.id)).length > 0) return true;
  if ((await egressOnlyInternetGatewaysInVpc(transaction, vpc.id)).length > 0) return true;
  const gateways = await natGatewaysInVpc(transaction, vpc.id);
  if (gateways.some((gateway) => natGatewayState(gateway) === "available")) return true;
  if ((await vpnGatewayOfVpc(transaction, vpc)) !== undefined) return true;
  return (await internetGatewayOfVpc(transaction, vpc)) !== undefined;
};

/** Takes away the default group, ACL and table, and what only tells of what was. */
const deleteWhatCameWithIt = async (transaction: Transaction, vpc: VpcRecord, now: number): Promise<void> => {
  for (const group of await securityGroupsInVpc(transaction, vpc.id)) {
    transaction.delete(securityGroups, keyInVpc(group));
    transaction.delete(securityGroupNames, `${vpc.id}/${group.name}`);
    transaction.delete(securityGroupGuards, group.id);
  }
  for (const acl of await networkAclsInVpc(transaction, vpc.id)) transaction.delete(networkAcls, keyInVpc(acl));
  for (const table of await routeTablesInVpc(transaction, vpc.id)) transaction.delete(routeTables, keyInVpc(table));
  for (const gateway of await natGatewaysInVpc(transaction, vpc.id)) transaction.delete(natGateways, keyInVpc(gateway));
  for (const { id, vpcId } of await exclusionsOf(transaction, vpc)) {
    if (vpcId === vpc.id) transaction.delete(exclusions, id);
  }
  for (const flowLog of await flowLogsInVpc(transaction, vpc.id)) transaction.delete(flowLogs, keyInVpc(flowLog));
  for (const peering of await peeringsOfVpc(transaction, vpc.id)) {
    if (peering.status === "active" || peering.status === "pending-acceptance") {
      transaction.put(vpcPeerings, peering.id, { ...peering, status: "deleted", changedAt: now });
      const { requester, accepter } = peering;
      touchVpc(transaction, requester.vpcId === vpc.id ? accepter.vpcId : requester.vpcId);
    }
  }
};

export const deleteVpc = defineOperation<Ec2Dependencies, DeleteVpcRequest, Record<string, never>>({
  authorise: onIds("DeleteVpc", (input) => [input.VpcId]),
  handle: async (input, call, { store, clock }) => {
    await store.transaction(async (transaction) => {
      const vpc = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      await guardVpc(transaction, vpc.id);
      if (await hasParts(transaction, vpc)) throw hasDependencies("vpc", vpc.id);
      await deleteWhatCameWithIt(transaction, vpc, clock.now());
      transaction.delete(vpcGuards, vpc.id);
      transaction.delete(vpcRevisions, vpc.id);
      transaction.delete(vpcs, vpc.id);
      if (vpc.isDefault) transaction.put(defaultVpcs, scopeOf(vpc), {});
    });
    return {};
  },
});
