import type { GetTrailStatusRequest, GetTrailStatusResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailResource } from "../permissions.ts";
import { findDelivery, requireTrail } from "../repository.ts";

/** There is no S3 here, and the status says so. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrailStatus.html */
export const getTrailStatus = defineOperation<CloudTrailDependencies, GetTrailStatusRequest, GetTrailStatusResponse>({
  authorise: permission("cloudtrail:GetTrailStatus", (input, call) => trailResource(input.Name, call)),
  handle: async (input, call, { store }) =>
    store.read(async (transaction) => {
      const trail = await requireTrail(transaction, input.Name, scopeOfCall(call));
      const delivery = await findDelivery(transaction, trail);
      return {
        IsLogging: trail.isLogging,
        LatestDeliveryError: trail.startedAt === undefined ? undefined : "NoSuchBucket",
        StartLoggingTime: dateOf(trail.startedAt),
        StopLoggingTime: dateOf(trail.stoppedAt),
        TimeLoggingStarted: textOf(trail.startedAt),
        TimeLoggingStopped: textOf(trail.stoppedAt),
        LatestCloudWatchLogsDeliveryTime: dateOf(delivery?.deliveredAt),
        LatestCloudWatchLogsDeliveryError: delivery?.error,
      };
    }),
});

const dateOf = (at: number | undefined): Date | undefined => (at === undefined ? undefined : new Date(at));
const textOf = (at: number | undefined): string =>
  at === undefined ? "" : `${new Date(at).toISOString().slice(0, 19)}Z`;
