import type { OperationsOf } from "../../gateway/bind-operations.ts";
import type { LogsDependencies } from "./dependencies.ts";
import { createLogGroup } from "./handlers/create-log-group.ts";
import { createLogStream } from "./handlers/create-log-stream.ts";
import { deleteLogGroup } from "./handlers/delete-log-group.ts";
import { deleteLogStream } from "./handlers/delete-log-stream.ts";
import { deleteRetentionPolicy } from "./handlers/delete-retention-policy.ts";
import { describeLogGroups } from "./handlers/describe-log-groups.ts";
import { describeLogStreams } from "./handlers/describe-log-streams.ts";
import { filterLogEvents } from "./handlers/filter-log-events.ts";
import { getLogEvents } from "./handlers/get-log-events.ts";
import { listTagsForResource } from "./handlers/list-tags-for-resource.ts";
import { listTagsLogGroup } from "./handlers/list-tags-log-group.ts";
import { putLogEvents } from "./handlers/put-log-events.ts";
import { putRetentionPolicy } from "./handlers/put-retention-policy.ts";
import { tagLogGroup } from "./handlers/tag-log-group.ts";
import { tagResource } from "./handlers/tag-resource.ts";
import { untagLogGroup } from "./handlers/untag-log-group.ts";
import { untagResource } from "./handlers/untag-resource.ts";

/** Every operation of CloudWatch Logs that Fleetless answers. */
export const logsOperations = {
  CreateLogGroup: createLogGroup,
  CreateLogStream: createLogStream,
  DeleteLogGroup: deleteLogGroup,
  DeleteLogStream: deleteLogStream,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  DescribeLogGroups: describeLogGroups,
  DescribeLogStreams: describeLogStreams,
  FilterLogEvents: filterLogEvents,
  GetLogEvents: getLogEvents,
  ListTagsForResource: listTagsForResource,
  ListTagsLogGroup: listTagsLogGroup,
  PutLogEvents: putLogEvents,
  PutRetentionPolicy: putRetentionPolicy,
  TagLogGroup: tagLogGroup,
  TagResource: tagResource,
  UntagLogGroup: untagLogGroup,
  UntagResource: untagResource,
} satisfies OperationsOf<typeof import("@aws-sdk/client-cloudwatch-logs"), LogsDependencies>;
