import type { CreateTrailRequest, CreateTrailResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation } from "../../../gateway/operation.ts";
import { requestTagKeys } from "../../../gateway/tag-condition-keys.ts";
import { passRole } from "../../iam/service.ts";
import { checkBucketName } from "../bucket-name.ts";
import { trailArn } from "../collections.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { invalidCombination, notSupported } from "../errors.ts";
import { cloudTrailService, logDestination } from "../log-destination.ts";
import { checkTrailName } from "../names.ts";
import { insertTrail } from "../repository.ts";
import { allManagementEvents } from "../selectors.ts";
import { tagsFrom, withTags } from "../tags.ts";
import { trailBasics } from "../views.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html */
export const createTrail = defineOperation<CloudTrailDependencies, CreateTrailRequest, CreateTrailResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => {
      const resources = [trailArn(scopeOfCall(call), input.Name ?? "")];
      const conditionKeys = requestTagKeys((input.TagsList ?? []).map(({ Key = "", Value = "" }) => [Key, Value]));
      return [
        { action: "cloudtrail:CreateTrail", resources, conditionKeys },
        ...((input.TagsList ?? []).length === 0 ? [] : [{ action: "cloudtrail:AddTags", resources, conditionKeys }]),
        ...passRole([input.CloudWatchLogsRoleArn], cloudTrailService),
      ];
    },
  },
  handle: async (input, call, dependencies) => {
    const scope = scopeOfCall(call);
    const name = checkTrailName(input.Name ?? "");
    if (input.IsOrganizationTrail) throw notSupported("An organization trail");
    const isMultiRegionTrail = input.IsMultiRegionTrail ?? false;
    const includeGlobalServiceEvents = input.IncludeGlobalServiceEvents ?? true;
    if (isMultiRegionTrail && !includeGlobalServiceEvents) throw multiRegionNeedsGlobal();
    const cloudWatchLogs = await logDestination(
      dependencies.logGroups,
      input.CloudWatchLogsLogGroupArn,
      input.CloudWatchLogsRoleArn,
      scope,
    );
    const trail = {
      ...scope,
      name,
      arn: trailArn(scope, name),
      createdAt: dependencies.clock.now(),
      s3BucketName: checkBucketName(input.S3BucketName),
      ...(input.S3KeyPrefix === undefined ? {} : { s3KeyPrefix: input.S3KeyPrefix }),
      ...(input.SnsTopicName === undefined ? {} : { snsTopicName: input.SnsTopicName }),
      ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
      ...(cloudWatchLogs === undefined ? {} : { cloudWatchLogs }),
      includeGlobalServiceEvents,
      isMultiRegionTrail,
      logFileValidationEnabled: input.EnableLogFileValidation ?? false,
      selectors: allManagementEvents,
      tags: withTags({}, tagsFrom(input.TagsList)),
      isLogging: false,
    };
    await dependencies.store.transaction((transaction) => insertTrail(transaction, trail));
    return trailBasics(trail);
  },
});

export const multiRegionNeedsGlobal = () =>
  invalidCombination("Multi-Region trail must include global service events.");
