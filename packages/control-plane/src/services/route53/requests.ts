import type { VPC } from "@aws-sdk/client-route-53";
import type { ReadTransaction } from "../../state/store.ts";
import type { HostedZoneRecord, VpcReference } from "./collections.ts";
import type { Route53Dependencies } from "./dependencies.ts";
import { invalidInput, invalidVpc, managedByOther, missingVpc } from "./errors.ts";

const longestComment = 256;

export const checkComment = (comment: string): string => {
  if (comment.length > longestComment) {
    throw invalidInput(`Invalid request: Comment must have at most ${longestComment} characters`);
  }
  return comment;
};

/** The VPC that a request names, whoever has it. Throws InvalidVPCId. */
export const vpcReference = ({ VPCId: vpcId, VPCRegion: region }: VPC): VpcReference => {
  if (vpcId === undefined || region === undefined) throw missingVpc();
  return { vpcId, region };
};

/** A VPC of the caller's in the region that the request names. Throws InvalidVPCId. */
export const vpcOfCaller = async (
  transaction: ReadTransaction,
  vpc: VPC,
  accountId: string,
  findVpc: Route53Dependencies["findVpc"],
): Promise<VpcReference> => {
  const reference = vpcReference(vpc);
  const found = await findVpc(transaction, reference.vpcId);
  if (found?.accountId !== accountId || found.region !== reference.region) throw invalidVpc(reference.vpcId);
  return reference;
};

/** Throws AccessDenied for a zone that a service manages. */
export const refuseManaged = (zone: HostedZoneRecord): void => {
  if (zone.linkedService !== undefined) throw managedByOther(zone.id, zone.linkedService.description);
};
