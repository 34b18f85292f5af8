import type { DisassociateVpcCidrBlockRequest, DisassociateVpcCidrBlockResult } from "@aws-sdk/client-ec2";
import { defineOperation } from "../../../gateway/operation.ts";
import { cidrContains, familyOf } from "../cidr.ts";
import type { AssociatedBlock, VpcRecord } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { cidrAssociationNotFound, cidrInUse, operationNotPermitted } from "../errors.ts";
import { guardVpc, requireVpc } from "../ownership.ts";
import { onEverything } from "../permissions.ts";
import { subnetsInVpc, vpcsOf } from "../repository.ts";
import { ipv6BlockViews } from "../views/network.ts";
import { putBlocks } from "../vpc-blocks.ts";

export const disassociateVpcCidrBlock = defineOperation<
  Ec2Dependencies,
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult
>({
  authorise: onEverything("DisassociateVpcCidrBlock"),
  handle: async (input, call, { store }) => {
    const id = input.AssociationId ?? "";
    return store.transaction(async (transaction): Promise<DisassociateVpcCidrBlockResult> => {
      const owner = (await vpcsOf(transaction, scopeOfCall(call))).find(
        (vpc) => vpc.cidrAssociationId === id || associated(vpc).some(({ associationId }) => associationId === id),
      );
      if (owner === undefined) throw cidrAssociationNotFound(id);
      const vpc = await requireVpc(transaction, scopeOfCall(call), owner.id);
      if (vpc.cidrAssociationId === id) {
        throw operationNotPermitted(
          `The vpc CIDR block with association ID ${id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
        );
      }
      const block = associated(vpc).find(({ associationId }) => associationId === id);
      if (block === undefined) throw cidrAssociationNotFound(id);
      const inside = (await subnetsInVpc(transaction, vpc.id)).some(
        ({ cidr, ipv6Block }) =>
          (cidr !== undefined && cidrContains(block.cidr, cidr)) ||
          (ipv6Block !== undefined && cidrContains(block.cidr, ipv6Block.cidr)),
      );
      if (inside) throw cidrInUse(block.cidr, id);
      await guardVpc(transaction, vpc.id);
      const without = (blocks: readonly AssociatedBlock[] | undefined) =>
        (blocks ?? []).filter(({ associationId }) => associationId !== id);
      await putBlocks(transaction, {
        ...vpc,
        secondaryBlocks: without(vpc.secondaryBlocks),
        ipv6Blocks: without(vpc.ipv6Blocks),
      });
      if (familyOf(block.cidr) === "IPv6") {
        const [Ipv6CidrBlockAssociation] = ipv6BlockViews(vpc, [block], "disassociating");
        return { VpcId: vpc.id, Ipv6CidrBlockAssociation };
      }
      return {
        VpcId: vpc.id,
        CidrBlockAssociation: {
          AssociationId: id,
          CidrBlock: block.cidr,
          CidrBlockState: { State: "disassociating" },
        },
      };
    });
  },
});

const associated = (vpc: VpcRecord): readonly AssociatedBlock[] => [
  ...(vpc.secondaryBlocks ?? []),
  ...(vpc.ipv6Blocks ?? []),
];
