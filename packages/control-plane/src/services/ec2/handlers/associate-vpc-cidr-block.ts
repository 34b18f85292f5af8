import type { AssociateVpcCidrBlockRequest, AssociateVpcCidrBlockResult } from "@aws-sdk/client-ec2";
import { newEc2Id } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ReadTransaction } from "../../../state/store.ts";
import { cidrsOverlap } from "../cidr.ts";
import type { AssociatedBlock, VpcRecord } from "../collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { invalidParameterCombination, tooManyBlocks, vpcRangeConflict } from "../errors.ts";
import { requireVpc } from "../ownership.ts";
import { onIds } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { findVpc, peeringsOfVpc } from "../repository.ts";
import { ipv6BlockViews } from "../views/network.ts";
import { putBlocks, readVpcBlock } from "../vpc-blocks.ts";
import { blocksOf, newIpv6Block } from "../vpc-creation.ts";

/** AWS's quota is 5 and may be raised to this. */
const maximumBlocks = 50;

export const associateVpcCidrBlock = defineOperation<
  Ec2Dependencies,
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult
>({
  authorise: onIds("AssociateVpcCidrBlock", (input) => [input.VpcId]),
  handle: async (input, call, { store }) => {
    refuseParameters(input, [
      "Ipv4IpamPoolId",
      "Ipv4NetmaskLength",
      "Ipv6IpamPoolId",
      "Ipv6NetmaskLength",
      "Ipv6Pool",
      "Ipv6CidrBlock",
      "Ipv6CidrBlockNetworkBorderGroup",
    ]);
    if (input.AmazonProvidedIpv6CidrBlock === true) {
      if (input.CidrBlock !== undefined) {
        throw invalidParameterCombination("Only one of cidrBlock and amazonProvidedIpv6CidrBlock may be given.");
      }
      const block = newIpv6Block();
      const vpc = await store.transaction(async (transaction) => {
        const found = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
        if ((found.ipv6Blocks ?? []).length > 0) throw tooManyBlocks();
        await putBlocks(transaction, { ...found, ipv6Blocks: [block] });
        return found;
      });
      const [Ipv6CidrBlockAssociation] = ipv6BlockViews(vpc, [block], "associating");
      return { VpcId: vpc.id, Ipv6CidrBlockAssociation };
    }
    const block: AssociatedBlock = { associationId: newEc2Id("vpc-cidr-assoc"), cidr: readVpcBlock(input.CidrBlock) };
    const vpc = await store.transaction(async (transaction) => {
      const found = await requireVpc(transaction, scopeOfCall(call), input.VpcId);
      const secondaryBlocks = found.secondaryBlocks ?? [];
      if (secondaryBlocks.length + 1 >= maximumBlocks) throw tooManyBlocks();
      if (blocksOf(found).some((cidr) => cidrsOverlap(cidr, block.cidr))) throw vpcRangeConflict(block.cidr);
      await refuseOverlapWithPeers(transaction, found, block.cidr);
      await putBlocks(transaction, { ...found, secondaryBlocks: [...secondaryBlocks, block] });
      return found;
    });
    return {
      VpcId: vpc.id,
      CidrBlockAssociation: {
        AssociationId: block.associationId,
        CidrBlock: block.cidr,
        CidrBlockState: { State: "associating" },
      },
    };
  },
});

const refuseOverlapWithPeers = async (transaction: ReadTransaction, vpc: VpcRecord, cidr: string): Promise<void> => {
  for (const { status, requester, accepter } of await peeringsOfVpc(transaction, vpc.id)) {
    if (status !== "active") continue;
    const peer = await findVpc(transaction, requester.vpcId === vpc.id ? accepter.vpcId : requester.vpcId);
    if (peer !== undefined && blocksOf(peer).some((block) => cidrsOverlap(block, cidr))) throw vpcRangeConflict(cidr);
  }
};
