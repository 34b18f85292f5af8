import type { CreateSubnetRequest, CreateSubnetResult } from "@aws-sdk/client-ec2";
import { newEc2Id, subnetId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { cidrsOverlap } from "../cidr.ts";
import { keyInVpc, networkAcls, type SubnetRecord, subnets } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import {
  eitherMissing,
  invalidParameterCombination,
  invalidParameterValue,
  subnetConflict,
  tooManySubnets,
} from "../errors.ts";
import { freeAddressesOf } from "../interface-records.ts";
import { guardVpc, requireVpc } from "../ownership.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { networkAclsInVpc, subnetsInVpc } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { subnetView } from "../views/network.ts";
import { readSubnetBlock, readSubnetIpv6Block } from "../vpc-blocks.ts";
import { availabilityZoneId, availabilityZonesOf } from "../zones.ts";

const maximumSubnets = 200;

const nativeWithIpv4 =
  "When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true.";

/** What a subnet of IPv6 alone begins with. https://docs.aws.amazon.com/vpc/latest/userguide/configure-subnets.html */
const ipv6OnlySettings = { assignIpv6AddressOnCreation: true, hostnameType: "resource-name" } as const;

const zoneOf = (input: CreateSubnetRequest, region: string): string => {
  const zones = availabilityZonesOf(region);
  if (input.AvailabilityZoneId !== undefined) {
    const zone = zones.find((name) => availabilityZoneId(name) === input.AvailabilityZoneId);
    if (zone === undefined) {
      throw invalidParameterValue(
        `Value (${input.AvailabilityZoneId.slice(0, 60)}) for parameter availabilityZoneId is invalid. Subnets can currently only be created in the following availability zones: ${zones.map(availabilityZoneId).join(", ")}.`,
      );
    }
    return zone;
  }
  const zone = input.AvailabilityZone ?? zones[0] ?? "";
  if (!zones.includes(zone)) {
    throw invalidParameterValue(
      `Value (${zone.slice(0, 60)}) for parameter availabilityZone is invalid. Subnets can currently only be created in the following availability zones: ${zones.join(", ")}.`,
    );
  }
  return zone;
};

export const createSubnet = defineOperation<Ec2Dependencies, CreateSubnetRequest, CreateSubnetResult>({
  authorise: onNew("CreateSubnet", "subnet", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, [
      "Ipv4IpamPoolId",
      "Ipv4NetmaskLength",
      "Ipv6IpamPoolId",
      "Ipv6NetmaskLength",
      "OutpostArn",
    ]);
    if (input.Ipv6Native === true) {
      if (input.Ipv6CidrBlock === undefined) throw eitherMissing("ipv6CidrBlock", "ipv6IpamPoolId");
      if (input.CidrBlock !== undefined) throw invalidParameterCombination(nativeWithIpv4);
    }
    const tags = readTagSpecifications(input.TagSpecifications, "subnet");
    const scope = scopeOfCall(call);
    return store.transaction(async (transaction) => {
      const vpc = await requireVpc(transaction, scope, input.VpcId);
      await guardVpc(transaction, vpc.id);
      const cidr = input.Ipv6Native === true ? undefined : readSubnetBlock(input.CidrBlock, vpc);
      const ipv6Block = input.Ipv6CidrBlock === undefined ? undefined : readSubnetIpv6Block(input.Ipv6CidrBlock, vpc);
      const others = await subnetsInVpc(transaction, vpc.id);
      if (others.length >= maximumSubnets) throw tooManySubnets();
      if (cidr !== undefined && others.some((other) => other.cidr !== undefined && cidrsOverlap(other.cidr, cidr))) {
        throw subnetConflict(cidr);
      }
      if (ipv6Block !== undefined && others.some((other) => other.ipv6Block?.cidr === ipv6Block.cidr)) {
        throw subnetConflict(ipv6Block.cidr);
      }
      const subnet: SubnetRecord = {
        ...scope,
        tags,
        id: subnetId(newEc2Id("subnet")),
        vpcId: vpc.id,
        ...(cidr === undefined ? ipv6OnlySettings : { cidr }),
        availabilityZone: zoneOf(input, scope.region),
        mapPublicIpOnLaunch: false,
        defaultForAz: false,
        ...(ipv6Block === undefined ? {} : { ipv6Block }),
      };
      transaction.insert(subnets, keyInVpc(subnet), subnet);
      const acl = (await networkAclsInVpc(transaction, vpc.id)).find(({ isDefault }) => isDefault);
      if (acl !== undefined) {
        const association = { id: newEc2Id("aclassoc"), subnetId: subnet.id };
        transaction.put(networkAcls, keyInVpc(acl), { ...acl, associations: [...acl.associations, association] });
      }
      return { Subnet: subnetView(subnet, await freeAddressesOf(transaction, subnet)) };
    });
  },
});
