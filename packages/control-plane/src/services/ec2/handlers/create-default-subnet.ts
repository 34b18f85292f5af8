import type { CreateDefaultSubnetRequest, CreateDefaultSubnetResult } from "@aws-sdk/client-ec2";
import { newEc2Id, subnetId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { cidrsOverlap } from "../cidr.ts";
import { keyInVpc, networkAcls, type SubnetRecord, subnets } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { defaultSubnetExists, invalidParameterValue, subnetConflict, vpcNotSpecified } from "../errors.ts";
import { freeAddressesOf } from "../interface-records.ts";
import { guardVpc } from "../ownership.ts";
import { onEverything } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { findDefaultVpcId, networkAclsInVpc, subnetsInVpc } from "../repository.ts";
import { subnetView } from "../views/network.ts";
import { availabilityZoneId, availabilityZonesOf } from "../zones.ts";

export const createDefaultSubnet = defineOperation<
  Ec2Dependencies,
  CreateDefaultSubnetRequest,
  CreateDefaultSubnetResult
>({
  authorise: onEverything("CreateDefaultSubnet"),
  handle: async (input, call, { store }) => {
    refuseParameters(input, ["Ipv6Native"]);
    const scope = scopeOfCall(call);
    const zones = availabilityZonesOf(scope.region);
    const index = zones.findIndex(
      (zone) => zone === input.AvailabilityZone || availabilityZoneId(zone) === input.AvailabilityZoneId,
    );
    const availabilityZone = zones[index];
    if (availabilityZone === undefined) {
      throw invalidParameterValue(`Value (${input.AvailabilityZone ?? ""}) for parameter availabilityZone is invalid.`);
    }
    return store.transaction(async (transaction) => {
      const vpcId = await findDefaultVpcId(transaction, scope);
      if (vpcId === undefined) throw vpcNotSpecified();
      await guardVpc(transaction, vpcId);
      const others = await subnetsInVpc(transaction, vpcId);
      const same = others.find((other) => other.defaultForAz && other.availabilityZone === availabilityZone);
      if (same !== undefined) throw defaultSubnetExists(same.id);
      const cidr = `172.31.${index * 16}.0/20`;
      if (others.some((other) => other.cidr !== undefined && cidrsOverlap(other.cidr, cidr)))
        throw subnetConflict(cidr);
      const subnet: SubnetRecord = {
        ...scope,
        tags: {},
        id: subnetId(newEc2Id("subnet")),
        vpcId,
        cidr,
        availabilityZone,
        mapPublicIpOnLaunch: true,
        defaultForAz: true,
      };
      transaction.insert(subnets, keyInVpc(subnet), subnet);
      const acl = (await networkAclsInVpc(transaction, vpcId)).find(({ isDefault }) => isDefault);
      if (acl !== undefined) {
        const association = { id: newEc2Id("aclassoc"), subnetId: subnet.id };
        transaction.put(networkAcls, keyInVpc(acl), { ...acl, associations: [...acl.associations, association] });
      }
      return { Subnet: subnetView(subnet, await freeAddressesOf(transaction, subnet)) };
    });
  },
});
