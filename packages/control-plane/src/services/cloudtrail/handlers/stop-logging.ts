import type { StopLoggingRequest, StopLoggingResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailResource } from "../permissions.ts";
import { putTrail, requireTrailAtHome } from "../repository.ts";

/** What is called from now on is not delivered. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopLogging.html */
export const stopLogging = defineOperation<CloudTrailDependencies, StopLoggingRequest, StopLoggingResponse>({
  authorise: permission("cloudtrail:StopLogging", (input, call) => trailResource(input.Name, call)),
  handle: async (input, call, { store, clock }) => {
    return store.transaction(async (transaction) => {
      const trail = await requireTrailAtHome(transaction, input.Name, scopeOfCall(call));
      if (!trail.isLogging) return {};
      putTrail(transaction, { ...trail, isLogging: false, stoppedAt: clock.now() });
      return {};
    });
  },
});
