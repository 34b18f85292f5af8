import type { ContainerSpec } from "@fleetless/kernel";
import type { SessionLogTarget } from "../../../compute/service.ts";
import { type GrantedSession, newSessionId, type Session } from "../../../sessions/sessions.ts";
import type { ReadTransaction } from "../../../state/store.ts";
import type { ClusterRecord, TaskRecord } from "../collections.ts";
import type { EcsServiceDependencies } from "../dependencies.ts";
import {
  containerNotFound,
  containerNotNamed,
  executeCommandDisabled,
  executeCommandFailed,
  invalidParameter,
  sessionsUnreachable,
  taskNotFound,
} from "../errors.ts";
import { checkTaskIdLength, clusterKey, type Scope, taskIdOf } from "../identifiers.ts";
import { findTask, requireCluster } from "../repository.ts";
import { missingWayToSessions } from "./way-to-sessions.ts";

export interface SessionRequest {
  readonly cluster: string | undefined;
  readonly task: string;
  readonly container: string | undefined;
  readonly command: readonly string[];
  readonly type: Session["type"];
  readonly user?: string;
  readonly reportsExitCode: boolean;
  readonly idleMilliseconds: number;
  /** Whether the session is carried by the task's own way out, as AWS's are; the machine's administrator needs none. */
  readonly byTasksWay: boolean;
}

export type OpenSessionDependencies = Pick<EcsServiceDependencies, "store" | "compute" | "sessions" | "sessionLog">;

export interface OpenedSession {
  readonly cluster: ClusterRecord;
  readonly task: TaskRecord;
  readonly container: ContainerSpec;
  readonly granted: GrantedSession;
}

export const findSessionTask = async (
  transaction: ReadTransaction,
  scope: Scope,
  request: Pick<SessionRequest, "cluster" | "task">,
) => {
  checkTaskIdLength(request.task);
  const cluster = await requireCluster(transaction, scope, request.cluster);
  const id = taskIdOf(scope, cluster.name, request.task);
  const task = id && (await findTask(transaction, clusterKey(scope, cluster.name), id));
  if (task === undefined) throw taskNotFound();
  return { cluster, task };
};

/** Where the cluster wants the session's output kept; undefined for nowhere. */
const logTargetOf = (cluster: ClusterRecord, container: ContainerSpec): SessionLogTarget | undefined => {
  const { logging = "DEFAULT", logConfiguration } = cluster.configuration?.executeCommandConfiguration ?? {};
  if (logging === "NONE") return undefined;
  if (logging === "OVERRIDE") {
    const group = logConfiguration?.cloudWatchLogGroupName;
    return group === undefined ? undefined : { group, roles: ["task"], required: true };
  }
  const group = container.log?.options["awslogs-group"];
  const region = container.log?.options["awslogs-region"];
  if (group === undefined) return undefined;
  return { group, roles: ["task", "execution"], required: false, ...(region === undefined ? {} : { region }) };
};

/** Grants a session in a container of a task. Throws ECS's errors where there is none to be had. */
export const openSession = async (
  { store, compute, sessions, sessionLog }: OpenSessionDependencies,
  scope: Scope,
  request: SessionRequest,
): Promise<OpenedSession> => {
  const { cluster, task, observed } = await store.read(async (transaction) => {
    const found = await findSessionTask(transaction, scope, request);
    const observed = await compute.readWorkload(transaction, found.task.id);
    return { ...found, observed };
  });
  if (request.container === undefined && task.containers.length > 1) throw containerNotNamed();
  const name = request.container ?? task.containers[0]?.name ?? "";
  const container = observed?.workload.containers.find((candidate) => candidate.name === name);
  if (!task.containers.some((candidate) => candidate.name === name)) throw containerNotFound(name);
  const status = observed?.status?.containers.find((candidate) => candidate.name === name);
  if (task.enableExecuteCommand !== true || container === undefined || status?.status !== "RUNNING") {
    throw executeCommandDisabled();
  }
  if (observed === undefined || observed.nodeLost) throw executeCommandFailed();
  // Only now: of a task that is over, the VPC may be gone.
  const noWay = request.byTasksWay
    ? await store.read((transaction) => missingWayToSessions(transaction, task))
    : undefined;
  if (noWay !== undefined) throw sessionsUnreachable(noWay);
  if (request.command.length === 0) throw invalidParameter("Command cannot be empty.");
  const id = newSessionId();
  const target = logTargetOf(cluster, container);
  const granted = sessions.grant({
    id,
    nodeId: observed.nodeId,
    process: {
      workloadId: task.id,
      container: name,
      command: request.command,
      terminal: request.type === "InteractiveCommands",
      ...(request.user === undefined ? {} : { user: request.user }),
    },
    type: request.type,
    reportsExitCode: request.reportsExitCode,
    idleMilliseconds: request.idleMilliseconds,
    ...(target === undefined ? {} : { log: sessionLog(task.id, id, target) }),
  });
  if (granted === undefined) throw executeCommandFailed();
  return { cluster, task, container, granted };
};
