import {
  messageOf,
  type RoleCredentials,
  ServiceError,
  type SessionRefusal,
  type SessionResult,
  type WorkloadId,
  workloadId,
} from "@fleetless/kernel";
import type { ServiceRoleSessions } from "../credentials/service-role-sessions.ts";
import type { Store } from "../state/store.ts";
import { tasksArn, tasksService } from "./workload-principal.ts";
import { findWorkload, readStatus } from "./workload-store.ts";

const lifetimeSeconds = 6 * 60 * 60;

interface Refused {
  readonly ok: false;
  readonly refusal: SessionRefusal;
}

export const refuse = (code: string, message: string, retryable = false): Refused => ({
  ok: false,
  refusal: { code, message, retryable },
});

/** A refusal in the words of the service; what is not a ServiceError is ours to mend, so waiting may help. */
export const refusalOf = (thrown: unknown): Refused =>
  thrown instanceof ServiceError
    ? refuse(thrown.code, thrown.message, thrown.httpStatus >= 500)
    : refuse("ServerException", messageOf(thrown), true);

const find = (store: Store, id: WorkloadId) =>
  store.read(async (transaction) => ({
    record: await findWorkload(transaction, id),
    status: await readStatus(transaction, id),
  }));

/** Keys of a workload's task or execution role, as long as the workload is not stopped. */
export const issueWorkloadCredentials = async (
  dependencies: { readonly store: Store; readonly roleSessions: ServiceRoleSessions },
  id: WorkloadId,
  role: "task" | "execution",
): Promise<SessionResult<RoleCredentials>> => {
  const { record, status } = await find(dependencies.store, id);
  if (record === undefined) return refuse("ResourceNotFoundException", `There is no workload ${id}.`);
  if (status?.phase === "STOPPED") return refuse("AccessDeniedException", `The workload ${id} has stopped.`);
  const roleArn = role === "task" ? record.workload.taskRoleArn : record.workload.executionRoleArn;
  if (roleArn === undefined) return refuse("ResourceNotFoundException", `The workload ${id} has no ${role} role.`);
  try {
    const credentials = await dependencies.roleSessions.issue({
      accountId: record.accountId,
      roleArn,
      sourceArn: tasksArn(record.region, record.accountId, id),
      servicePrincipal: tasksService,
      sessionName: id,
      durationSeconds: lifetimeSeconds,
    });
    return { ok: true, value: credentials };
  } catch (thrown) {
    return refusalOf(thrown);
  }
};

/** Whether the session of a service was a workload's, and that workload has stopped or is gone: its keys die with it. */
export const isWorkloadSessionOver = async (store: Store, service: string, sessionName: string): Promise<boolean> => {
  if (service !== tasksService) return false;
  const { record, status } = await find(store, workloadId(sessionName));
  return record === undefined || status?.phase === "STOPPED";
};
