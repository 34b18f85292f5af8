import type {
  CreateFlowLogsRequest,
  CreateFlowLogsResult,
  FlowLogsResourceType,
  UnsuccessfulItem,
} from "@aws-sdk/client-ec2";
import { newEc2Id, parseArn, ServiceError, type VpcId } from "@fleetless/kernel";
import { defineOperation } from "../../../gateway/operation.ts";
import type { ReadTransaction, Transaction } from "../../../state/store.ts";
import { makeOnce, tokenIn } from "../client-token.ts";
import { keyInVpc } from "../collections.ts";
import { type FlowLogRecord, flowLogs } from "../connectivity-collections.ts";
import { type Ec2Dependencies, scopeOfCall } from "../dependencies.ts";
import {
  flowLogExists,
  invalidParameterCombination,
  invalidParameterValue,
  missingParameter,
  notSupported,
} from "../errors.ts";
import { readFlowLogFormat } from "../flow-log-format.ts";
import { idIn } from "../kept-results.ts";
import { guardVpc, requireFlowLog, requireNetworkInterface, requireSubnet, requireVpc } from "../ownership.ts";
import { permissionsOnNew } from "../permissions.ts";
import { refuseParameters } from "../refuse-parameters.ts";
import { flowLogsInVpc, type Scope } from "../repository.ts";
import { readTagSpecifications } from "../tags.ts";

const vpcOfResource = async (
  transaction: ReadTransaction,
  scope: Scope,
  type: FlowLogsResourceType | undefined,
  id: string,
): Promise<VpcId> => {
  switch (type) {
    case "VPC":
      return (await requireVpc(transaction, scope, id)).id;
    case "Subnet":
      return (await requireSubnet(transaction, scope, id)).vpcId;
    case "NetworkInterface":
      return (await requireNetworkInterface(transaction, scope, id)).vpcId;
    default:
      throw notSupported(`A flow log of a resource of the type ${type ?? ""}`);
  }
};

/** `arn:aws:logs:<region>:<account>:log-group:<name>`, which may end in `:*`. */
const logGroupOf = (input: CreateFlowLogsRequest, scope: Scope): string => {
  const { LogDestination: destination, LogGroupName: name } = input;
  if (destination === undefined) {
    if (!name) throw missingParameter("LogGroupName or LogDestination");
    return name;
  }
  if (name !== undefined) throw invalidParameterCombination("Please provide either LogGroupName or LogDestination.");
  const arn = parseArn(destination);
  const [kind, group] = arn?.resource.split(":") ?? [];
  if (arn?.service !== "logs" || kind !== "log-group" || !group) {
    throw invalidParameterValue(`LogDestination is not the ARN of a log group: ${destination.slice(0, 200)}`);
  }
  if (arn.accountId !== scope.accountId || arn.region !== scope.region) {
    throw notSupported("A flow log that is delivered to another account or region");
  }
  return group;
};

const checkDelivery = (input: CreateFlowLogsRequest): string => {
  refuseParameters(input, ["DeliverCrossAccountRole", "DestinationOptions"]);
  if (input.LogDestinationType !== undefined && input.LogDestinationType !== "cloud-watch-logs") {
    throw notSupported(`A flow log that is delivered to ${input.LogDestinationType} instead of cloud-watch-logs`);
  }
  if (!input.DeliverLogsPermissionArn) {
    throw invalidParameterValue("DeliverLogsPermissionArn can't be empty if LogDestinationType is cloud-watch-logs.");
  }
  return input.DeliverLogsPermissionArn;
};

export const createFlowLogs = defineOperation<Ec2Dependencies, CreateFlowLogsRequest, CreateFlowLogsResult>({
  authorise: {
    kind: "permissions",
    permissions: (input, call) => [
      ...permissionsOnNew(call, "CreateFlowLogs", "vpc-flow-log", input.ResourceIds ?? [], input.TagSpecifications),
      { action: "iam:PassRole", resources: [input.DeliverLogsPermissionArn ?? "*"] },
    ],
  },
  handle: async (input, call, { store, clock }) => {
    const deliverLogsPermissionArn = checkDelivery(input);
    const aggregation = input.MaxAggregationInterval ?? 600;
    if (aggregation !== 60 && aggregation !== 600) {
      throw invalidParameterValue(`Invalid value for maxAggregationInterval: ${aggregation}. It is 60 or 600.`);
    }
    const scope = scopeOfCall(call);
    const common = {
      ...scope,
      tags: readTagSpecifications(input.TagSpecifications, "vpc-flow-log"),
      traffic: input.TrafficType ?? "ALL",
      logGroupName: logGroupOf(input, scope),
      ...(input.LogDestination === undefined ? {} : { logDestination: input.LogDestination }),
      deliverLogsPermissionArn,
      format: readFlowLogFormat(input.LogFormat),
      aggregationSeconds: aggregation,
      createdAt: clock.now(),
    };
    const FlowLogIds: string[] = [];
    const Unsuccessful: UnsuccessfulItem[] = [];
    if (!input.ResourceIds?.length) throw missingParameter("ResourceIds");
    for (const resourceId of new Set(input.ResourceIds)) {
      try {
        const make = async (transaction: Transaction): Promise<{ readonly FlowLogId: string }> => {
          const vpcId = await vpcOfResource(transaction, scope, input.ResourceType, resourceId);
          await guardVpc(transaction, vpcId);
          const same = (await flowLogsInVpc(transaction, vpcId)).some(
            (one) =>
              one.resourceId === resourceId &&
              one.logGroupName === common.logGroupName &&
              one.traffic === common.traffic &&
              one.format === common.format,
          );
          if (same) throw flowLogExists();
          const flowLog: FlowLogRecord = { ...common, id: newEc2Id("fl"), vpcId, resourceId };
          transaction.insert(flowLogs, keyInVpc(flowLog), flowLog);
          return { FlowLogId: flowLog.id };
        };
        const { FlowLogId } = await store.transaction((transaction) =>
          makeOnce(transaction, call, clock, {
            operation: `CreateFlowLogs/${resourceId}`,
            input,
            make: () => make(transaction),
            repeat: async (kept) => ({
              FlowLogId: (await requireFlowLog(transaction, scope, idIn(kept, "FlowLogId"))).id,
            }),
          }),
        );
        FlowLogIds.push(FlowLogId);
      } catch (thrown) {
        if (!(thrown instanceof ServiceError) || thrown.code === "IdempotentParameterMismatch") throw thrown;
        Unsuccessful.push({ ResourceId: resourceId, Error: { Code: thrown.code, Message: thrown.message } });
      }
    }
    return {
      FlowLogIds,
      Unsuccessful,
      ...tokenIn(input),
    };
  },
});
