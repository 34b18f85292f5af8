import type { DeleteTrailRequest, DeleteTrailResponse } from "@aws-sdk/client-cloudtrail";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type CloudTrailDependencies, scopeOfCall } from "../dependencies.ts";
import { trailResource } from "../permissions.ts";
import { deleteTrail as removeTrail, requireTrailAtHome } from "../repository.ts";

/** https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html */
export const deleteTrail = defineOperation<CloudTrailDependencies, DeleteTrailRequest, DeleteTrailResponse>({
  authorise: permission("cloudtrail:DeleteTrail", (input, call) => trailResource(input.Name, call)),
  handle: async (input, call, { store }) => {
    await store.transaction(async (transaction) =>
      removeTrail(transaction, await requireTrailAtHome(transaction, input.Name, scopeOfCall(call))),
    );
    return {};
  },
});
