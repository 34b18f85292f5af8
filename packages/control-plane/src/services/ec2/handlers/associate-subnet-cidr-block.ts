import type { AssociateSubnetCidrBlockRequest, AssociateSubnetCidrBlockResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, subnets } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { missingParameter, subnetConflict } from "../errors.ts";
import { guardVpc, requireSubnet, requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { subnetsInVpc } from "../repository.ts";
import { subnetIpv6BlockView } from "../views/network.ts";
import { readSubnetIpv6Block } from "../vpc-blocks.ts";

export const associateSubnetCidrBlock = defineOperation<
  Ec2Dependencies,
  AssociateSubnetCidrBlockRequest,
  AssociateSubnetCidrBlockResult
>({
  authorise: onIds("AssociateSubnetCidrBlock", (input) => [input.SubnetId]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, ["Ipv6IpamPoolId", "Ipv6NetmaskLength"]);
    const { Ipv6CidrBlock: wanted } = input;
    if (wanted === undefined) throw missingParameter("ipv6CidrBlock");
    return store.transaction(async (transaction) => {
      const subnet = await requireSubnet(transaction, scopeOfCall(call), input.SubnetId);
      const vpc = await requireVpc(transaction, scopeOfCall(call), subnet.vpcId);
      await guardVpc(transaction, vpc.id);
      const block = readSubnetIpv6Block(wanted, vpc);
      const others = await subnetsInVpc(transaction, vpc.id);
      if (subnet.ipv6Block !== undefined || others.some(({ ipv6Block }) => ipv6Block?.cidr === block.cidr)) {
        throw subnetConflict(block.cidr);
      }
      transaction.put(subnets, keyInVpc(subnet), { ...subnet, ipv6Block: block });
      return { SubnetId: subnet.id, Ipv6CidrBlockAssociation: subnetIpv6BlockView(block, "associating") };
    });
  },
});
