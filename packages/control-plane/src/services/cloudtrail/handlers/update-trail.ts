import type { UpdateTrailRequest, UpdateTrailResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation } from "../../../gateway/operation.ts";
import { passRole } from "../../iam/service.ts";
import { checkBucketName } from "../bucket-name.ts";
import type { TrailRecord } from "../collections.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { notSupported } from "../errors.ts";
import { cloudTrailService, logDestination } from "../log-destination.ts";
import { trailResource } from "../permissions.ts";
import { putTrail, requireTrailAtHome } from "../repository.ts";
import { trailBasics } from "../views.ts";
import { multiRegionNeedsGlobal } from "./create-trail.ts";

/** Only what is given is changed. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html */
export const updateTrail = defineOperation<CloudTrailDependencies, UpdateTrailRequest, UpdateTrailResponse>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => [
      { action: "cloudtrail:UpdateTrail", resources: trailResource(input.Name, call) },
      ...passRole([input.CloudWatchLogsRoleArn || undefined], cloudTrailService),
    ],
  },
  handle: async (input, call, { store, logGroups }) => {
    const scope = scopeOfCall(call);
    if (input.IsOrganizationTrail) throw notSupported("An organization trail");
    const before = await store.read((transaction) => requireTrailAtHome(transaction, input.Name, scope));
    const cloudWatchLogs = await logDestination(
      logGroups,
      input.CloudWatchLogsLogGroupArn ?? before.cloudWatchLogs?.logGroupArn,
      input.CloudWatchLogsRoleArn ?? before.cloudWatchLogs?.roleArn,
      before,
    );
    return store.transaction(async (transaction) => {
      const trail = await requireTrailAtHome(transaction, input.Name, scope);
      const changed = changedTrail(trail, input, cloudWatchLogs);
      if (changed.isMultiRegionTrail && !changed.includeGlobalServiceEvents) throw multiRegionNeedsGlobal();
      putTrail(transaction, changed);
      return trailBasics(changed);
    });
  },
});

const changedTrail = (
  { cloudWatchLogs: _, ...trail }: TrailRecord,
  input: UpdateTrailRequest,
  cloudWatchLogs: TrailRecord["cloudWatchLogs"],
): TrailRecord => ({
  ...trail,
  ...(input.S3BucketName === undefined ? {} : { s3BucketName: checkBucketName(input.S3BucketName) }),
  ...(input.S3KeyPrefix === undefined ? {} : { s3KeyPrefix: input.S3KeyPrefix }),
  ...(input.SnsTopicName === undefined ? {} : { snsTopicName: input.SnsTopicName }),
  ...(input.KmsKeyId === undefined ? {} : { kmsKeyId: input.KmsKeyId }),
  ...(cloudWatchLogs === undefined ? {} : { cloudWatchLogs }),
  includeGlobalServiceEvents: input.IncludeGlobalServiceEvents ?? trail.includeGlobalServiceEvents,
  isMultiRegionTrail: input.IsMultiRegionTrail ?? trail.isMultiRegionTrail,
  logFileValidationEnabled: input.EnableLogFileValidation ?? trail.logFileValidationEnabled,
});
