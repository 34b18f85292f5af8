import type { StartLoggingRequest, StartLoggingResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailResource } from "../permissions.ts";
import { findDelivery, putDelivery, putTrail, requireTrailAtHome } from "../repository.ts";

/** What was called before is not delivered. https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartLogging.html */
export const startLogging = defineOperation<CloudTrailDependencies, StartLoggingRequest, StartLoggingResponse>({
  authorise: permission("cloudtrail:StartLogging", (input, call) => trailResource(input.Name, call)),
  handle: async (input, call, { store, records, clock }) => {
    const position = (await records.read({ limit: 1 }))[0]?.sequence ?? 0;
    return store.transaction(async (transaction) => {
      const trail = await requireTrailAtHome(transaction, input.Name, scopeOfCall(call));
      if (trail.isLogging) return {};
      putTrail(transaction, { ...trail, isLogging: true, startedAt: clock.now() });
      const delivery = await findDelivery(transaction, trail);
      putDelivery(transaction, trail, { ...delivery, position });
      return {};
    });
  },
});
