import { accountId, type Clock, type EndpointPassages, type SessionResult, type WorkloadId } from "@fleetless/kernel";
import type { RequiredPermission } from "../gateway/operation.ts";
import type { Authoriser } from "../gateway/ports.ts";
import type { LogIngestion, LogStreamLocation } from "../services/logs/service.ts";
import type { Store } from "../state/store.ts";
import type { WorkloadRecord } from "./collections.ts";
import { denialOf, passageTo, regionNamed, workloadPrincipal } from "./workload-principal.ts";
import { refusalOf, refuse } from "./workload-roles.ts";
import { findWorkload } from "./workload-store.ts";

export interface WorkloadLogDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly authoriser: Authoriser;
  readonly logIngestion: LogIngestion;
}

/** The region of a log group that one of the workload's containers names. */
const regionOfGroup = (record: WorkloadRecord, group: string): string | undefined => {
  const container = record.workload.containers.find(({ log }) => log?.options["awslogs-group"] === group);
  return container && (container.log?.options["awslogs-region"] ?? record.region);
};

/**
 * Does something with a log stream for a workload, under its execution role and as IAM decides. A node may
 * touch only groups that the workload's containers name; it may do so after the workload stopped, since the
 * last lines come late.
 */
export const withLogStream = async (
  dependencies: WorkloadLogDependencies,
  id: WorkloadId,
  stream: { readonly group: string; readonly stream: string },
  permissions: (location: LogStreamLocation) => readonly RequiredPermission[],
  work: (location: LogStreamLocation) => Promise<void>,
  via: EndpointPassages | undefined,
): Promise<SessionResult<void>> => {
  const { store, clock, authoriser } = dependencies;
  const { record, principal } = await store.read(async (transaction) => {
    const found = await findWorkload(transaction, id);
    return { record: found, principal: found && (await workloadPrincipal(transaction, found, "execution")) };
  });
  if (record === undefined) return refuse("ResourceNotFoundException", `There is no workload ${id}.`);
  const named = regionOfGroup(record, stream.group);
  if (named === undefined) {
    return refuse("AccessDeniedException", `No container of the workload ${id} logs to the group ${stream.group}.`);
  }
  const region = regionNamed(named);
  if (region === undefined) return refuse("InvalidParameterException", `There is no region ${named}.`);
  if (principal === undefined) {
    return refuse(
      "AccessDeniedException",
      `The execution role ${record.workload.executionRoleArn ?? ""} does not exist or does not trust ecs-tasks.amazonaws.com.`,
    );
  }
  try {
    const location = { accountId: accountId(record.accountId), region, group: stream.group, stream: stream.stream };
    const denial = await denialOf(authoriser, principal, permissions(location), {
      region,
      now: clock.now(),
      endpoint: passageTo(via, "logs", region),
    });
    if (denial !== undefined) return refuse("AccessDeniedException", denial);
    return { ok: true, value: await work(location) };
  } catch (thrown) {
    return refusalOf(thrown);
  }
};
