import type { RoleCredentials, SessionRefusal, SessionResult, WorkloadId } from "@fleetless/kernel";
import { messageOf, ServiceError } from "@fleetless/kernel";
import type { Store } from "../state/store.ts";
import type { WorkloadRecord } from "./collections.ts";
import { findWorkload, readStatus } from "./workload-store.ts";

/** Who may take the roles of tasks, in a role's trust policy. */
export const tasksService = "ecs-tasks.amazonaws.com";

/** Temporary keys of a role for an AWS service; given by the composition root. */
export interface ServiceRoleSessions {
  /**
   * Throws a ServiceError where there is no such role (NoSuchEntity) or where its trust policy does not let
   * the service assume it (AccessDenied).
   */
  issue(request: {
    readonly roleArn: string;
    readonly servicePrincipal: string;
    readonly sessionName: string;
    readonly durationSeconds: number;
  }): Promise<RoleCredentials>;
}

const lifetimeSeconds = 6 * 60 * 60;

export const refuse = (code: string, message: string, retryable = false): { ok: false; refusal: SessionRefusal } => ({
  ok: false,
  refusal: { code, message, retryable },
});

/** A refusal in the words of the service; what is not a ServiceError is ours to mend, so waiting may help. */
export const refusalOf = (thrown: unknown): { ok: false; refusal: SessionRefusal } =>
  thrown instanceof ServiceError
    ? refuse(thrown.code, thrown.message, thrown.httpStatus >= 500)
    : refuse("ServerException", messageOf(thrown), true);

export const roleOf = (record: WorkloadRecord, role: "task" | "execution"): string | undefined =>
  role === "task" ? record.workload.taskRoleArn : record.workload.executionRoleArn;

/** Keys of a workload's task or execution role, as long as the workload is not stopped. */
export const issueWorkloadCredentials = async (
  dependencies: { readonly store: Store; readonly roleSessions: ServiceRoleSessions },
  id: WorkloadId,
  role: "task" | "execution",
): Promise<SessionResult<RoleCredentials>> => {
  const found = await dependencies.store.read(async (transaction) => ({
    record: await findWorkload(transaction, id),
    status: await readStatus(transaction, id),
  }));
  if (found.record === undefined) return refuse("ResourceNotFoundException", `There is no workload ${id}.`);
  if (found.status?.phase === "STOPPED") return refuse("AccessDeniedException", `The workload ${id} has stopped.`);
  const roleArn = roleOf(found.record, role);
  if (roleArn === undefined) return refuse("ResourceNotFoundException", `The workload ${id} has no ${role} role.`);
  try {
    const credentials = await dependencies.roleSessions.issue({
      roleArn,
      servicePrincipal: tasksService,
      sessionName: id,
      durationSeconds: lifetimeSeconds,
    });
    return { ok: true, value: credentials };
  } catch (thrown) {
    return refusalOf(thrown);
  }
};
