import type { CreateVpcRequest, CreateVpcResult } from "@aws-sdk/client-ec2";
import { newEc2Id, vpcId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { VpcRecord } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { requireDefaultDhcpOptions } from "../dhcp-options.ts";
import { notSupported, tooManyVpcs } from "../errors.ts";
import { onNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { vpcsOf } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";
import { vpcView } from "../views/network.ts";
import { readVpcBlock } from "../vpc-blocks.ts";
import { insertVpc, newIpv6Block } from "../vpc-creation.ts";

/** AWS's quota is 5 and may be raised to this. */
const maximumVpcs = 100;

export const createVpc = defineOperation<Ec2Dependencies, CreateVpcRequest, CreateVpcResult>({
  authorise: onNew("CreateVpc", "vpc"),
  handle: async (input, call, { store }) => {
    refuseParameters(input, [
      "Ipv4IpamPoolId",
      "Ipv4NetmaskLength",
      "Ipv6IpamPoolId",
      "Ipv6NetmaskLength",
      "Ipv6Pool",
      "Ipv6CidrBlock",
      "Ipv6CidrBlockNetworkBorderGroup",
      "VpcEncryptionControl",
    ]);
    if (input.InstanceTenancy !== undefined && input.InstanceTenancy !== "default") {
      throw notSupported(`The tenancy ${input.InstanceTenancy}`);
    }
    const cidr = readVpcBlock(input.CidrBlock);
    const tags = readTagSpecifications(input.TagSpecifications, "vpc");
    const scope = scopeOfCall(call);
    const vpc = await store.transaction(async (transaction) => {
      if ((await vpcsOf(transaction, scope)).length >= maximumVpcs) throw tooManyVpcs();
      const options = await requireDefaultDhcpOptions(transaction, scope);
      const record: VpcRecord = {
        ...scope,
        tags,
        id: vpcId(newEc2Id("vpc")),
        cidr,
        cidrAssociationId: newEc2Id("vpc-cidr-assoc"),
        isDefault: false,
        dhcpOptionsId: options.id,
        enableDnsSupport: true,
        enableDnsHostnames: false,
        ...(input.AmazonProvidedIpv6CidrBlock ? { ipv6Blocks: [newIpv6Block()] } : {}),
      };
      insertVpc(transaction, record);
      return record;
    });
    return { Vpc: { ...vpcView(vpc), State: "pending" } };
  },
});
