import { type FlowRecordContext, flowRecordLines, isLoggedBy, trafficPath } from "@fleetless/engine";
import {
  accountId,
  type Clock,
  type ControlPlaneSession,
  type FlowRecordDelivery,
  formatArn,
  messageOf,
  parseArn,
  region,
  ServiceError,
  type SessionResult,
  type Workload,
} from "@fleetless/kernel";
import { serviceMayAssume } from "../authorisation/trust.ts";
import { type Compute, denialOf } from "../compute/service.ts";
import type { Authoriser } from "../gateway/ports.ts";
import { type FlowLogDeliveries, type FlowLogRecord, flowLogsService, readVpcSpec } from "../services/ec2/service.ts";
import { findRole } from "../services/iam/service.ts";
import {
  hasLogGroup,
  type LogIngestion,
  permissionsToCreateLogStream,
  permissionsToIngestLogEvents,
} from "../services/logs/service.ts";
import type { Store } from "../state/store.ts";

export interface FlowLogDeliveryOptions {
  readonly store: Store;
  readonly authoriser: Authoriser;
  readonly flowLogs: FlowLogDeliveries;
  readonly compute: Pick<Compute, "readWorkload">;
  readonly logIngestion: LogIngestion;
  readonly clock: Clock;
}

const delivered: SessionResult<void> = { ok: true, value: undefined };
const refused = (code: string, message: string, retryable = false): SessionResult<void> => ({
  ok: false,
  refusal: { code, message, retryable },
});

const afterSlash = (text: string): string => text.slice(text.lastIndexOf("/") + 1);

/** What every record of a task's interface says of the task. */
const contextOf = (
  flowLog: FlowLogRecord,
  { arn, metadata, networkInterface }: Workload,
  zoneId: (availabilityZone: string) => string,
): FlowRecordContext => {
  const { cluster, group = "", family, revision, availabilityZone } = metadata;
  return {
    "account-id": flowLog.accountId,
    "interface-id": networkInterface.id,
    "vpc-id": networkInterface.vpcId,
    "subnet-id": networkInterface.subnetId,
    region: flowLog.region,
    "az-id": zoneId(availabilityZone),
    "ecs-cluster-arn": cluster,
    "ecs-cluster-name": afterSlash(cluster),
    ...(group.startsWith("service:") ? { "ecs-service-name": group.slice("service:".length) } : {}),
    "ecs-task-arn": arn,
    "ecs-task-id": afterSlash(arn),
    "ecs-task-definition-arn": formatArn({
      service: "ecs",
      region: flowLog.region,
      accountId: flowLog.accountId,
      resource: `task-definition/${family}:${revision}`,
    }),
  };
};

/** Writes what nodes record of flows to the log groups of flow logs, as each flow log's role may. */
export const createFlowLogDelivery = (options: FlowLogDeliveryOptions): ControlPlaneSession["putFlowRecords"] => {
  const { store, authoriser, flowLogs, compute, logIngestion, clock } = options;

  /** Why the role may not, or undefined. */
  const denial = async (flowLog: FlowLogRecord, stream: string, createGroup: boolean): Promise<string | undefined> => {
    const { deliverLogsPermissionArn: roleArn, id, region: home } = flowLog;
    const account = accountId(flowLog.accountId);
    const role = await store.read((transaction) => findRole(transaction, account, roleArn));
    const sourceArn = formatArn({ service: "ec2", region: home, accountId: account, resource: `vpc-flow-log/${id}` });
    if (role === undefined || !serviceMayAssume(role, flowLogsService, sourceArn)) {
      return `${roleArn} does not exist or does not trust ${flowLogsService}.`;
    }
    const place = { accountId: account, region: home, group: flowLog.logGroupName, stream };
    return denialOf(
      authoriser,
      {
        kind: "assumed-role",
        accountId: account,
        arn: `arn:aws:sts::${account}:assumed-role/${role.roleName}/${id}`,
        userId: `${role.roleId}:${id}`,
        roleArn: role.arn,
        roleName: role.roleName,
        sessionName: id,
        sessionPolicies: [],
      },
      [...permissionsToCreateLogStream({ ...place, createGroup }), ...permissionsToIngestLogEvents(place)],
      { region: region(home), now: clock.now() },
    );
  };

  const linesOf = async (
    flowLog: FlowLogRecord,
    workload: Workload,
    delivery: FlowRecordDelivery,
  ): Promise<readonly string[]> => {
    const path = flowLog.format.includes("traffic-path")
      ? trafficPath(
          await store.read((transaction) => readVpcSpec(transaction, flowLog.vpcId)),
          workload.networkInterface.subnetId,
        )
      : undefined;
    return flowRecordLines(flowLog.format, delivery, contextOf(flowLog, workload, flowLogs.zoneId), path);
  };

  const deliver = async (delivery: FlowRecordDelivery): Promise<SessionResult<void>> => {
    const flowLog = await flowLogs.find(delivery.flowLogId);
    if (flowLog === undefined) return delivered;
    const observed = await store.read((transaction) => compute.readWorkload(transaction, delivery.workloadId));
    const workload = observed?.workload;
    if (
      workload?.networkInterface.id !== delivery.networkInterfaceId ||
      parseArn(workload.arn)?.accountId !== flowLog.accountId ||
      !isLoggedBy(flowLog, workload.networkInterface, workload.networkInterface.vpcId)
    ) {
      return refused(
        "InvalidParameterException",
        `The flow log ${flowLog.id} is not of an interface ${delivery.networkInterfaceId} of ${delivery.workloadId}.`,
      );
    }
    const place = {
      accountId: flowLog.accountId,
      region: flowLog.region,
      group: flowLog.logGroupName,
      stream: `${delivery.networkInterfaceId}-${flowLog.traffic.toLowerCase()}`,
    };
    const createGroup = !(await hasLogGroup(store, place, place.group));
    const sentence = await denial(flowLog, place.stream, createGroup);
    if (sentence !== undefined) {
      await flowLogs.note(flowLog.id, "Access error");
      return refused("AccessDeniedException", sentence);
    }
    await logIngestion.ensureLogStream({ ...place, createGroup });
    const messages = await linesOf(flowLog, workload, delivery);
    const events = messages.map((message) => ({ timestamp: delivery.start, message }));
    await logIngestion.ingestLogEvents({ ...place, batch: delivery.batch, events });
    await flowLogs.note(flowLog.id, undefined);
    return delivered;
  };

  return async (delivery) => {
    try {
      return await deliver(delivery);
    } catch (thrown) {
      return thrown instanceof ServiceError
        ? refused(thrown.code, thrown.message, thrown.httpStatus >= 500)
        : refused("ServerException", messageOf(thrown), true);
    }
  };
};
