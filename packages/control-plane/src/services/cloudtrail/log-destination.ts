import type { Scope, TrailRecord } from "./collections.ts";
import type { LogGroupDelivery } from "./dependencies.ts";
import { invalidLogGroupArn, invalidLogRoleArn } from "./errors.ts";

/** Who takes the role that writes to a trail's log group. */
export const cloudTrailService = "cloudtrail.amazonaws.com";

/** A trail's log group and role, tried out as CloudTrail does. An empty text takes them away. */
export const logDestination = async (
  logGroups: LogGroupDelivery,
  logGroupArn: string | undefined,
  roleArn: string | undefined,
  scope: Scope,
): Promise<TrailRecord["cloudWatchLogs"]> => {
  if (!logGroupArn && !roleArn) return undefined;
  if (!logGroupArn) throw invalidLogRoleArn("You must specify a log group as well as a role ARN.");
  if (!roleArn) throw invalidLogGroupArn("You must specify a role ARN as well as a log group.");
  switch (await logGroups.problem(logGroupArn, roleArn, scope)) {
    case "group":
      throw invalidLogGroupArn("CloudTrail cannot validate the specified log group ARN.");
    case "trust":
      throw invalidLogRoleArn("Access denied. Check the trust relationships for your role.");
    case "permissions":
      throw invalidLogRoleArn("Access denied. Check the permissions for your role.");
    default:
      return { logGroupArn, roleArn };
  }
};
