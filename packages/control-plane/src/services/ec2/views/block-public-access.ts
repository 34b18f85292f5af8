import type { VpcBlockPublicAccessExclusion, VpcBlockPublicAccessOptions } from "@aws-sdk/client-ec2";
import type { BlockPublicAccessRecord, ExclusionRecord } from "../block-public-access.ts";
import type { OwnedResource } from "../collections.ts";
import { ec2Arn } from "../dependencies.ts";
import { tagsView } from "../tags.ts";

export const blockPublicAccessView = (
  { accountId, region }: Pick<OwnedResource, "accountId" | "region">,
  record: BlockPublicAccessRecord | undefined,
): VpcBlockPublicAccessOptions => ({
  AwsAccountId: accountId,
  AwsRegion: region,
  State: record === undefined ? "default-state" : "update-complete",
  InternetGatewayBlockMode: record?.mode ?? "off",
  ManagedBy: "account",
  ExclusionsAllowed: "allowed",
  ...(record === undefined ? {} : { LastUpdateTimestamp: new Date(record.changedAt) }),
});

export const exclusionState = ({ changedAt }: ExclusionRecord) =>
  changedAt === undefined ? ("create-complete" as const) : ("update-complete" as const);

export const excludedArn = (exclusion: ExclusionRecord): string =>
  exclusion.subnetId === undefined
    ? ec2Arn(exclusion, "vpc", exclusion.vpcId)
    : ec2Arn(exclusion, "subnet", exclusion.subnetId);

export const exclusionView = (exclusion: ExclusionRecord): VpcBlockPublicAccessExclusion => ({
  ExclusionId: exclusion.id,
  InternetGatewayExclusionMode: exclusion.mode,
  ResourceArn: excludedArn(exclusion),
  State: exclusionState(exclusion),
  CreationTimestamp: new Date(exclusion.createdAt),
  LastUpdateTimestamp: new Date(exclusion.changedAt ?? exclusion.createdAt),
  Tags: tagsView(exclusion.tags),
});
