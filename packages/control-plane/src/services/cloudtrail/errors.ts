import { defineError } from "@fleetless/kernel";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html#API_CreateTrail_Errors */
export const invalidTrailName = defineError("InvalidTrailNameException", 400, (message: string) => message);
export const trailNotFound = defineError(
  "TrailNotFoundException",
  400,
  (name: string, accountId: string) => `Unknown trail: ${name} for the user: ${accountId}`,
);
export const trailExists = defineError(
  "TrailAlreadyExistsException",
  400,
  (name: string, accountId: string) => `Trail ${name} already exists for customer: ${accountId}`,
);
export const tooManyTrails = defineError(
  "MaximumNumberOfTrailsExceededException",
  403,
  (accountId: string, region: string) => `User: ${accountId} already has 5 trails in ${region}.`,
);
export const invalidHomeRegion = defineError(
  "InvalidHomeRegionException",
  400,
  (arn: string) => `The trail ${arn} can be changed only in its home region.`,
);
export const invalidBucketName = defineError(
  "InvalidS3BucketNameException",
  400,
  (name: string) => `Bucket name ${name.slice(0, 100)} is not a valid S3 bucket name.`,
);
export const invalidLogGroupArn = defineError(
  "InvalidCloudWatchLogsLogGroupArnException",
  400,
  (message: string) => message,
);
export const invalidLogRoleArn = defineError(
  "InvalidCloudWatchLogsRoleArnException",
  400,
  (message: string) => message,
);
export const invalidCombination = defineError(
  "InvalidParameterCombinationException",
  400,
  (message: string) => message,
);
export const invalidSelectors = defineError("InvalidEventSelectorsException", 400, (message: string) => message);
export const invalidLookupAttributes = defineError(
  "InvalidLookupAttributesException",
  400,
  (message: string) => message,
);
export const invalidTimeRange = defineError(
  "InvalidTimeRangeException",
  400,
  () => "The start time must be before the end time.",
);
export const invalidMaxResults = defineError(
  "InvalidMaxResultsException",
  400,
  (least: number, most: number) => `MaxResults must be between ${least} and ${most}.`,
);
export const invalidNextToken = defineError("InvalidNextTokenException", 400, () => "Invalid NextToken.");
export const invalidTag = defineError("InvalidTagParameterException", 400, (message: string) => message);
export const tooManyTags = defineError(
  "TagsLimitExceededException",
  400,
  () =>
    "The number of tags per trail, event data store, dashboard, or channel has exceeded the permitted amount. The limit is 50.",
);
export const arnInvalid = defineError(
  "CloudTrailARNInvalidException",
  400,
  (arn: string) => `The ARN ${arn.slice(0, 300)} is not that of a trail.`,
);
export const resourceNotFound = defineError(
  "ResourceNotFoundException",
  400,
  (arn: string) => `The resource ${arn.slice(0, 300)} does not exist.`,
);
export const notSupported = defineError(
  "UnsupportedOperationException",
  400,
  (feature: string) => `${feature} is not supported by Fleetless yet.`,
);
