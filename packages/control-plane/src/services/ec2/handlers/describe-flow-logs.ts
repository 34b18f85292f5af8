import type { DescribeFlowLogsRequest, DescribeFlowLogsResult } from "@aws-sdk/client-ec2";
import { formatArn } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import { flowLogDeliveries } from "../connectivity-collections.ts";
import { type DescribedFlowLog, deliveryStatus, describableFlowLog } from "../connectivity-describables.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import { describePage } from "../describe-page.ts";
import { onEverything } from "../permissions.ts";
import { flowLogsOf } from "../repository.ts";
import { tagsView } from "../tags.ts";

export const describeFlowLogs = defineOperation<Ec2Dependencies, DescribeFlowLogsRequest, DescribeFlowLogsResult>({
  authorise: onEverything("DescribeFlowLogs"),
  handle: async (input, call, { store }) => {
    const all = await store.read(async (transaction) => {
      const found = await flowLogsOf(transaction, scopeOfCall(call));
      return Promise.all(
        found.map(async (flowLog): Promise<DescribedFlowLog> => {
          const delivery = await transaction.get(flowLogDeliveries, flowLog.id);
          return delivery === undefined ? flowLog : { ...flowLog, delivery };
        }),
      );
    });
    const { views, NextToken } = describePage(
      all,
      describableFlowLog,
      { Filters: input.Filter, MaxResults: input.MaxResults, NextToken: input.NextToken },
      input.FlowLogIds,
      (flowLog) => ({
        FlowLogId: flowLog.id,
        FlowLogStatus: "ACTIVE",
        ResourceId: flowLog.resourceId,
        TrafficType: flowLog.traffic,
        LogDestinationType: "cloud-watch-logs" as const,
        LogDestination:
          flowLog.logDestination ??
          formatArn({ ...flowLog, service: "logs", resource: `log-group:${flowLog.logGroupName}` }),
        LogGroupName: flowLog.logGroupName,
        ...(flowLog.delivery && {
          DeliverLogsStatus: deliveryStatus(flowLog.delivery),
          DeliverLogsErrorMessage: flowLog.delivery.problem,
        }),
        DeliverLogsPermissionArn: flowLog.deliverLogsPermissionArn,
        LogFormat: flowLog.format,
        MaxAggregationInterval: flowLog.aggregationSeconds,
        CreationTime: new Date(flowLog.createdAt),
        Tags: tagsView(flowLog.tags),
      }),
    );
    return { FlowLogs: views, NextToken };
  },
});
