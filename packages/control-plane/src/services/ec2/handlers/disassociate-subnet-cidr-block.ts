import type { DisassociateSubnetCidrBlockRequest, DisassociateSubnetCidrBlockResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { keyInVpc, subnets } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { hasDependencies, ipv6OnlySubnet, subnetCidrAssociationNotFound } from "../errors.ts";
import { requireSubnet } from "../ownership.ts";
import { onEverything } from "../permissions.ts";
import { networkInterfacesInVpc, subnetsOf } from "../repository.ts";
import { subnetIpv6BlockView } from "../views/network.ts";

export const disassociateSubnetCidrBlock = defineOperation<
  Ec2Dependencies,
  DisassociateSubnetCidrBlockRequest,
  DisassociateSubnetCidrBlockResult
>({
  authorise: onEverything("DisassociateSubnetCidrBlock"),
  handle: async (input, call, { store }) => {
    const id = input.AssociationId ?? "";
    return store.transaction(async (transaction) => {
      const all = await subnetsOf(transaction, scopeOfCall(call));
      const found = all.find(({ ipv6Block }) => ipv6Block?.associationId === id);
      if (found === undefined) throw subnetCidrAssociationNotFound(id);
      const subnet = await requireSubnet(transaction, scopeOfCall(call), found.id);
      const { ipv6Block, assignIpv6AddressOnCreation: _assign, ...rest } = subnet;
      if (ipv6Block === undefined) throw subnetCidrAssociationNotFound(id);
      if (subnet.cidr === undefined)
        throw ipv6OnlySubnet(`The block ${ipv6Block.cidr} cannot be disassociated`, subnet.id);
      const interfaces = await networkInterfacesInVpc(transaction, subnet.vpcId);
      if (interfaces.some((one) => one.subnetId === subnet.id && one.ipv6Addresses?.length)) {
        throw hasDependencies("subnet", subnet.id);
      }
      transaction.put(subnets, keyInVpc(subnet), rest);
      return { SubnetId: subnet.id, Ipv6CidrBlockAssociation: subnetIpv6BlockView(ipv6Block, "disassociating") };
    });
  },
});
