import type {
  VpcPeeringConnection,
  VpcPeeringConnectionStateReasonCode,
  VpcPeeringConnectionVpcInfo,
} from "@aws-sdk/client-ec2";
import type { ReadTransaction } from "../../../state/store.ts";
import type { PeeringSide, VpcPeeringRecord } from "../connectivity-collections.ts";
import { findVpc } from "../repository.ts";
import { tagsView } from "../tags.ts";

const sideView = async (transaction: ReadTransaction, side: PeeringSide): Promise<VpcPeeringConnectionVpcInfo> => {
  const vpc = await findVpc(transaction, side.vpcId);
  return {
    VpcId: side.vpcId,
    OwnerId: side.accountId,
    Region: side.region,
    ...(vpc === undefined
      ? {}
      : {
          CidrBlock: vpc.cidr,
          CidrBlockSet: [vpc.cidr, ...(vpc.secondaryBlocks ?? []).map(({ cidr }) => cidr)].map((CidrBlock) => ({
            CidrBlock,
          })),
          Ipv6CidrBlockSet: (vpc.ipv6Blocks ?? []).map(({ cidr }) => ({ Ipv6CidrBlock: cidr })),
        }),
    PeeringOptions: {
      AllowDnsResolutionFromRemoteVpc: side.allowDnsResolutionFromRemoteVpc,
      AllowEgressFromLocalClassicLinkToRemoteVpc: false,
      AllowEgressFromLocalVpcToRemoteClassicLink: false,
    },
  };
};

const messages: Readonly<Record<string, string>> = {
  "pending-acceptance": "Pending Acceptance",
  active: "Active",
  rejected: "Inactive",
  deleted: "Deleted",
  expired: "Expired",
  failed: "Failed due to incorrect VPC-ID, Account ID, or overlapping CIDR range",
};

export const messageOfStatus = (status: string): string => messages[status] ?? status;

/** A request that nobody accepted in a week has expired. */
export const peeringStatus = (
  { status, expiresAt }: VpcPeeringRecord,
  now: number,
): VpcPeeringConnectionStateReasonCode => (status === "pending-acceptance" && expiresAt <= now ? "expired" : status);

export const vpcPeeringView = async (
  transaction: ReadTransaction,
  peering: VpcPeeringRecord,
  now: number,
): Promise<VpcPeeringConnection> => {
  const code = peeringStatus(peering, now);
  return {
    VpcPeeringConnectionId: peering.id,
    RequesterVpcInfo: await sideView(transaction, peering.requester),
    AccepterVpcInfo: await sideView(transaction, peering.accepter),
    ...(code === "pending-acceptance" ? { ExpirationTime: new Date(peering.expiresAt) } : {}),
    Status: { Code: code, Message: messageOfStatus(code) },
    Tags: tagsView(peering.tags),
  };
};
