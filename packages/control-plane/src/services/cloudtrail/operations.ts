import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { CloudTrailDependencies } from "./dependencies.ts";
import { addTags } from "./handlers/add-tags.ts";
import { createTrail } from "./handlers/create-trail.ts";
import { deleteTrail } from "./handlers/delete-trail.ts";
import { describeTrails } from "./handlers/describe-trails.ts";
import { getEventSelectors } from "./handlers/get-event-selectors.ts";
import { getTrail } from "./handlers/get-trail.ts";
import { getTrailStatus } from "./handlers/get-trail-status.ts";
import { listTags } from "./handlers/list-tags.ts";
import { listTrails } from "./handlers/list-trails.ts";
import { lookupEvents } from "./handlers/lookup-events.ts";
import { putEventSelectors } from "./handlers/put-event-selectors.ts";
import { removeTags } from "./handlers/remove-tags.ts";
import { startLogging } from "./handlers/start-logging.ts";
import { stopLogging } from "./handlers/stop-logging.ts";
import { updateTrail } from "./handlers/update-trail.ts";

/** Every operation that cloudtrail has, under the SDK's name for it. */
export const cloudTrailOperations = {
  AddTags: addTags,
  CreateTrail: createTrail,
  DeleteTrail: deleteTrail,
  DescribeTrails: describeTrails,
  GetEventSelectors: getEventSelectors,
  GetTrail: getTrail,
  GetTrailStatus: getTrailStatus,
  ListTags: listTags,
  ListTrails: listTrails,
  LookupEvents: lookupEvents,
  PutEventSelectors: putEventSelectors,
  RemoveTags: removeTags,
  StartLogging: startLogging,
  StopLogging: stopLogging,
  UpdateTrail: updateTrail,
} satisfies OperationsOf<typeof import("@aws-sdk/client-cloudtrail"), CloudTrailDependencies>;
