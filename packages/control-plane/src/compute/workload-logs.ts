import type { LogEvent, SessionResult, WorkloadId } from "@fleetless/kernel";
import type { Store } from "../state/store.ts";
import type { WorkloadRecord } from "./collections.ts";
import { refusalOf, refuse } from "./workload-roles.ts";
import { findWorkload } from "./workload-store.ts";

/** For whom log events are stored: the account and the role whose permissions decide. */
export interface LogOwner {
  readonly accountId: string;
  readonly region: string;
  readonly executionRoleArn: string;
  readonly sessionName: string;
}

/**
 * The logs service under a role's permissions; given by the composition root. Both throw ServiceErrors:
 * AccessDeniedException where IAM denies, ResourceNotFoundException, InvalidParameterException, …
 */
export interface LogDeliveries {
  ensureLogStream(
    owner: LogOwner,
    stream: { readonly group: string; readonly stream: string; readonly createGroup: boolean },
  ): Promise<void>;
  ingestLogEvents(
    owner: LogOwner,
    delivery: {
      readonly group: string;
      readonly stream: string;
      readonly batch: number;
      readonly events: readonly LogEvent[];
    },
  ): Promise<void>;
}

const groupsOf = (record: WorkloadRecord): ReadonlySet<string> =>
  new Set(
    record.workload.containers.flatMap(({ log }) => {
      const group = log?.options["awslogs-group"];
      return group === undefined ? [] : [group];
    }),
  );

const regionOf = (record: WorkloadRecord, group: string): string =>
  record.workload.containers.find(({ log }) => log?.options["awslogs-group"] === group)?.log?.options[
    "awslogs-region"
  ] ?? record.region;

/**
 * Does something with logs for a workload. A node may write only to groups that the workload's containers
 * name; it may do so after the workload stopped, since the last lines come late.
 */
export const withLogOwner = async (
  store: Store,
  id: WorkloadId,
  group: string,
  work: (owner: LogOwner) => Promise<void>,
): Promise<SessionResult<void>> => {
  const record = await store.read((transaction) => findWorkload(transaction, id));
  if (record === undefined) return refuse("ResourceNotFoundException", `There is no workload ${id}.`);
  const { executionRoleArn } = record.workload;
  if (executionRoleArn === undefined) {
    return refuse("AccessDeniedException", `The workload ${id} has no execution role to write logs with.`);
  }
  if (!groupsOf(record).has(group)) {
    return refuse("AccessDeniedException", `No container of the workload ${id} logs to the group ${group}.`);
  }
  try {
    const owner = { accountId: record.accountId, region: regionOf(record, group), executionRoleArn, sessionName: id };
    return { ok: true, value: await work(owner) };
  } catch (thrown) {
    return refusalOf(thrown);
  }
};
