import type { ModifyVpcEndpointRequest, ModifyVpcEndpointResult } from "@aws-sdk/client-ec2";
import { subnetId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { Transaction } from "../../../state/store.ts";
import { keyInVpc } from "../collections.ts";
import { type VpcEndpointRecord, vpcEndpoints } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { readDnsOptions, requireGatewayForNames } from "../endpoint-dns-options.ts";
import { invalidParameter, notSupported } from "../errors.ts";
import { putInterface, releaseNetworkInterfaceTo } from "../interface-records.ts";
import { resolveGroups } from "../network-interfaces.ts";
import { requireNetworkInterface, requireVpc, requireVpcEndpoint } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { guardSecurityGroup } from "../security-group-changes.ts";
import {
  addEndpointInterfaces,
  addEndpointRoutes,
  checkPartsOfKind,
  readEndpointPolicy,
  readEndpointSubnets,
  removeEndpointRoutes,
  requirePrivateNames,
} from "../vpc-endpoints.ts";

export const modifyVpcEndpoint = defineOperation<Ec2Dependencies, ModifyVpcEndpointRequest, ModifyVpcEndpointResult>({
  authorise: onIds("ModifyVpcEndpoint", (input) => [
    input.VpcEndpointId,
    ...(input.AddRouteTableIds ?? []),
    ...(input.AddSubnetIds ?? []),
    ...(input.AddSecurityGroupIds ?? []),
  ]),
  handle: async (input, call, { store, clock, publicAddresses }) => {
    if (input.IpAddressType !== undefined && input.IpAddressType !== "ipv4") {
      throw notSupported(`A VPC endpoint with the address type ${input.IpAddressType}`);
    }
    const scope = scopeOfCall(call);
    await store.transaction(async (transaction) => {
      const before = await requireVpcEndpoint(transaction, scope, input.VpcEndpointId);
      checkPartsOfKind(before.kind, {
        subnets: [
          ...(input.AddSubnetIds ?? []),
          ...(input.RemoveSubnetIds ?? []),
          ...(input.SubnetConfigurations ?? []),
        ],
        securityGroups: [...(input.AddSecurityGroupIds ?? []), ...(input.RemoveSecurityGroupIds ?? [])],
        routeTables: [...(input.AddRouteTableIds ?? []), ...(input.RemoveRouteTableIds ?? [])],
        privateDns: input.PrivateDnsEnabled ?? false,
      });
      const { policy, ...rest } = before;
      const kept = input.ResetPolicy ? undefined : policy;
      const next = input.PolicyDocument ? readEndpointPolicy(input.PolicyDocument) : kept;
      const removedTables = input.RemoveRouteTableIds ?? [];
      const addedTables = input.AddRouteTableIds ?? [];
      if (before.kind === "Gateway") {
        await removeEndpointRoutes(transaction, before, removedTables);
        await addEndpointRoutes(transaction, before, addedTables);
      }
      const groups = await changedGroups(transaction, before, input);
      const asked = readEndpointSubnets(input.AddSubnetIds, input.SubnetConfigurations);
      const staying = (one: VpcEndpointRecord["interfaces"][number]): boolean => {
        if ((input.RemoveSubnetIds ?? []).includes(one.subnetId)) return false;
        const chosen = asked.find(({ subnetId }) => subnetId === one.subnetId)?.privateAddress;
        return chosen === undefined || chosen === one.privateAddress;
      };
      const left = before.interfaces.filter(staying);
      for (const { id } of before.interfaces) {
        if (left.some((one) => one.id === id)) {
          const record = await requireNetworkInterface(transaction, scope, id);
          if (groups !== before.securityGroupIds) {
            await putInterface(transaction, { ...record, securityGroupIds: groups });
          }
        } else await releaseNetworkInterfaceTo(transaction, id, publicAddresses);
      }
      const changed: VpcEndpointRecord = {
        ...rest,
        ...(next === undefined ? {} : { policy: next }),
        privateDnsEnabled: input.PrivateDnsEnabled ?? before.privateDnsEnabled,
        routeTableIds: [...new Set([...before.routeTableIds, ...addedTables])].filter(
          (id) => !removedTables.includes(id),
        ),
        securityGroupIds: groups,
        interfaces: left,
      };
      const dnsOptions = readDnsOptions(input.DnsOptions, changed);
      const after = dnsOptions === undefined ? changed : { ...changed, dnsOptions };
      if (input.DnsOptions !== undefined || input.PrivateDnsEnabled !== undefined) {
        await requireGatewayForNames(transaction, after);
      }
      if (after.privateDnsEnabled && !before.privateDnsEnabled) {
        await requirePrivateNames(transaction, await requireVpc(transaction, scope, after.vpcId), after);
      }
      // An address cannot be changed: another interface takes the place of the one that has it.
      const wanted = asked.filter(
        ({ subnetId: id }) => input.AddSubnetIds?.includes(id) || !left.some((one) => one.subnetId === id),
      );
      const added = await addEndpointInterfaces(transaction, after, wanted, clock.now());
      transaction.put(vpcEndpoints, keyInVpc(after), { ...after, interfaces: [...left, ...added] });
    });
    return { Return: true };
  },
});

const changedGroups = async (
  transaction: Transaction,
  endpoint: VpcEndpointRecord,
  input: ModifyVpcEndpointRequest,
): Promise<VpcEndpointRecord["securityGroupIds"]> => {
  const removed: readonly string[] = input.RemoveSecurityGroupIds ?? [];
  const added = input.AddSecurityGroupIds ?? [];
  if (removed.length === 0 && added.length === 0) return endpoint.securityGroupIds;
  const securityGroupIds = [...endpoint.securityGroupIds.filter((id) => !removed.includes(id)), ...added];
  if (securityGroupIds.length === 0) throw invalidParameter("A VPC endpoint must have at least one security group.");
  const subnet = { id: endpoint.interfaces[0]?.subnetId ?? subnetId(""), vpcId: endpoint.vpcId };
  const groups = await resolveGroups(transaction, { ...endpoint, securityGroupIds }, subnet);
  for (const id of groups) {
    if (!endpoint.securityGroupIds.includes(id)) await guardSecurityGroup(transaction, id);
  }
  return groups;
};
