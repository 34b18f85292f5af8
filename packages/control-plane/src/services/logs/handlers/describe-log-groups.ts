import type { DescribeLogGroupsRequest, DescribeLogGroupsResponse } from "@aws-sdk/client-cloudwatch-logs";
import { defineOperation, permission } from "../../../gateway/operation.ts";
import { type LogsDependencies, logResources, scopeOfCall } from "../dependencies.ts";
import { invalidParameter } from "../errors.ts";
import { checkGroupName, groupNameOf } from "../names.ts";
import { checkLimit, pageOf } from "../pages.ts";
import { groupsWithPrefix } from "../repository.ts";
import { groupView } from "../views.ts";

export const describeLogGroups = defineOperation<LogsDependencies, DescribeLogGroupsRequest, DescribeLogGroupsResponse>(
  {
    authorise: permission("logs:DescribeLogGroups", (input, call) =>
      logResources({ logGroupName: input.logGroupNamePrefix }, call),
    ),
    handle: async (input, call, { store, events }) => {
      const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern, logGroupIdentifiers } = input;
      if (prefix !== undefined && pattern !== undefined) {
        throw invalidParameter("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.");
      }
      const scope = scopeOfCall(call);
      const named = logGroupIdentifiers?.map((logGroupIdentifier) => groupNameOf({ logGroupIdentifier }, scope));
      const limit = checkLimit(input.limit, 50);
      const start = prefix === undefined ? "" : checkGroupName(prefix, "logGroupNamePrefix");
      const groups = (await store.read((transaction) => groupsWithPrefix(transaction, scope, start))).filter(
        (group) =>
          (pattern === undefined || group.name.toLowerCase().includes(pattern.toLowerCase())) &&
          (named === undefined || named.includes(group.name)) &&
          (input.logGroupClass === undefined || group.logGroupClass === input.logGroupClass),
      );
      const page = pageOf(groups, ({ name }) => name, limit, input.nextToken);
      const logGroups = [];
      for (const group of page.items) {
        const streams = [...(await events.statistics(group.eventsKey)).values()];
        logGroups.push(
          groupView(
            group,
            streams.reduce((sum, { storedBytes }) => sum + storedBytes, 0),
          ),
        );
      }
      return { logGroups, nextToken: page.nextToken };
    },
  },
);
