import type { Trail } from "@aws-sdk/client-cloudtrail";
import { parseArn } from "@fleetless/kernel";
import type { TrailRecord, TrailSelectors } from "./collections.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_Trail.html */
export const trailView = (trail: TrailRecord): Trail => ({
  ...trailBasics(trail),
  HomeRegion: trail.region,
  HasCustomEventSelectors: trail.selectors.kind === "advanced" || !isDefault(trail),
  HasInsightSelectors: false,
});

/** What CreateTrail and UpdateTrail answer. */
export const trailBasics = (trail: TrailRecord) => ({
  Name: trail.name,
  S3BucketName: trail.s3BucketName,
  S3KeyPrefix: trail.s3KeyPrefix,
  SnsTopicName: trail.snsTopicName,
  SnsTopicARN: trail.snsTopicName === undefined ? undefined : topicArn(trail, trail.snsTopicName),
  IncludeGlobalServiceEvents: trail.includeGlobalServiceEvents,
  IsMultiRegionTrail: trail.isMultiRegionTrail,
  TrailARN: trail.arn,
  LogFileValidationEnabled: trail.logFileValidationEnabled,
  CloudWatchLogsLogGroupArn: trail.cloudWatchLogs?.logGroupArn,
  CloudWatchLogsRoleArn: trail.cloudWatchLogs?.roleArn,
  KmsKeyId: trail.kmsKeyId,
  IsOrganizationTrail: false,
});

const topicArn = ({ accountId, region }: TrailRecord, name: string): string =>
  parseArn(name) === undefined ? `arn:aws:sns:${region}:${accountId}:${name}` : name;

const isDefault = ({ selectors }: TrailRecord): boolean => {
  const [only, ...more] = selectors.selectors;
  return (
    selectors.kind === "basic" &&
    more.length === 0 &&
    only !== undefined &&
    "ReadWriteType" in only &&
    only.ReadWriteType === "All" &&
    only.IncludeManagementEvents === true &&
    (only.ExcludeManagementEventSources ?? []).length === 0
  );
};

export const selectorsView = ({ kind, selectors }: TrailSelectors) =>
  kind === "basic" ? { EventSelectors: [...selectors] } : { AdvancedEventSelectors: [...selectors] };
