import type { Failure, ProtectedTask } from "@aws-sdk/client-ecs";
import {
  accountId,
  ServiceError,
  type SessionResult,
  type TaskProtection,
  type TaskProtectionChange,
  type WorkloadId,
  workloadId,
} from "@fleetless/kernel";
import type { RequiredPermission } from "../../gateway/operation.ts";
import type { ReadTransaction, Store, Transaction } from "../../state/store.ts";
import type { TaskRecord } from "./collections.ts";
import { invalidParameter } from "./errors.ts";
import { checkTaskIdLength, clusterKey, type Scope, taskArn, taskIdOf } from "./identifiers.ts";
import { findTask, findTaskById, requireCluster, saveTask } from "./repository.ts";

const defaultMinutes = 120;
const longestMinutes = 2_880;
const mostTasks = 10;

/** Throws InvalidParameterException. */
const checkChange = ({ protectionEnabled, expiresInMinutes }: TaskProtectionChange): void => {
  if (expiresInMinutes === undefined) return;
  if (!protectionEnabled) {
    throw invalidParameter("expiresInMinutes can only be specified when protectionEnabled is true.");
  }
  if (!Number.isInteger(expiresInMinutes) || expiresInMinutes < 1 || expiresInMinutes > longestMinutes) {
    throw invalidParameter(`expiresInMinutes must be between 1 and ${longestMinutes}.`);
  }
};

/** Until when a task is protected; undefined where it is not, or not any more. */
const protectedUntil = (task: TaskRecord, now: number): number | undefined =>
  task.protectedUntil !== undefined && task.protectedUntil > now ? task.protectedUntil : undefined;

/** Only what a service may end can be protected from that. */
const isValid = (task: TaskRecord): boolean => task.group.startsWith("service:") && task.desiredStatus === "RUNNING";

const changed = (task: TaskRecord, change: TaskProtectionChange, now: number): TaskRecord => {
  const { protectedUntil: _before, ...rest } = task;
  const version = task.version + 1;
  if (!change.protectionEnabled) return { ...rest, version };
  return { ...rest, version, protectedUntil: now + (change.expiresInMinutes ?? defaultMinutes) * 60_000 };
};

const viewOf = (task: TaskRecord, now: number): ProtectedTask => {
  const until = protectedUntil(task, now);
  return {
    taskArn: task.arn,
    protectionEnabled: until !== undefined,
    ...(until === undefined ? {} : { expirationDate: new Date(until) }),
  };
};

interface ProtectionAnswer {
  readonly protectedTasks: ProtectedTask[];
  readonly failures: Failure[];
}

/** The protection of tasks, changed first where `change` is given. Throws ECS's errors. */
export const protectionOf = async <Access extends ReadTransaction>(
  transaction: Access,
  scope: Scope,
  request: { readonly cluster: string | undefined; readonly tasks: readonly string[]; readonly now: number },
  change: ((transaction: Access, task: TaskRecord) => TaskRecord) | undefined,
): Promise<ProtectionAnswer> => {
  const { tasks, now } = request;
  if (tasks.length === 0) throw invalidParameter("Tasks cannot be empty.");
  if (tasks.length > mostTasks) throw invalidParameter(`At most ${mostTasks} tasks can be given at once.`);
  for (const text of tasks) checkTaskIdLength(text);
  const cluster = await requireCluster(transaction, scope, request.cluster);
  const answer: ProtectionAnswer = { protectedTasks: [], failures: [] };
  for (const text of tasks) {
    const id = taskIdOf(scope, cluster.name, text);
    const task = id && (await findTask(transaction, clusterKey(scope, cluster.name), id));
    const arn = task?.arn ?? (text.startsWith("arn:") ? text : taskArn(scope, cluster.name, workloadId(text)));
    if (task === undefined) answer.failures.push({ arn, reason: "MISSING" });
    else if (!isValid(task)) answer.failures.push({ arn, reason: "TASK_NOT_VALID" });
    else answer.protectedTasks.push(viewOf(change?.(transaction, task) ?? task, now));
  }
  return answer;
};

/** What `protectionOf` does with each task. Throws InvalidParameterException. */
export const protectionChange = (change: TaskProtectionChange, now: number) => {
  checkChange(change);
  return (transaction: Transaction, task: TaskRecord): TaskRecord => {
    const after = changed(task, change, now);
    saveTask(transaction, after);
    return after;
  };
};

/** Why the task's own role may not do this; undefined where it may. */
type TaskRoleDenial = (id: WorkloadId, permissions: readonly RequiredPermission[]) => Promise<string | undefined>;

/** What the agent's endpoint asks for a task, under the task's role. */
export const createTaskProtection =
  (store: Store, denialOf: TaskRoleDenial, now: () => number) =>
  async (id: WorkloadId, change: TaskProtectionChange | undefined): Promise<SessionResult<TaskProtection>> => {
    const refuse = (code: string, message: string): SessionResult<TaskProtection> => ({
      ok: false,
      refusal: { code, message, retryable: false },
    });
    const task = await store.read((transaction) => findTaskById(transaction, id));
    if (task === undefined) return refuse("ResourceNotFoundException", "Failed to find a task for the request");
    const [account = "", region = "", cluster = ""] = task.clusterKey.split("/");
    const permission = {
      action: change === undefined ? "ecs:GetTaskProtection" : "ecs:UpdateTaskProtection",
      resources: [task.arn],
      conditionKeys: { "ecs:cluster": [task.clusterArn] },
    };
    const denial = await denialOf(id, [permission]);
    if (denial !== undefined) return refuse("AccessDeniedException", denial);
    const request = { cluster, tasks: [id], now: now() };
    const scope = { accountId: accountId(account), region };
    try {
      const { protectedTasks, failures } =
        change === undefined
          ? await store.read((transaction) => protectionOf(transaction, scope, request, undefined))
          : await store.transaction((transaction) =>
              protectionOf(transaction, scope, request, protectionChange(change, request.now)),
            );
      const [found] = protectedTasks;
      if (found === undefined) return refuse(failures[0]?.reason ?? "MISSING", task.arn);
      const expiresAt = found.expirationDate?.getTime();
      const protectionEnabled = found.protectionEnabled ?? false;
      return {
        ok: true,
        value: { arn: task.arn, protectionEnabled, ...(expiresAt === undefined ? {} : { expiresAt }) },
      };
    } catch (thrown) {
      if (thrown instanceof ServiceError) return refuse(thrown.code, thrown.message);
      throw thrown;
    }
  };
