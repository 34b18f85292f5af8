import { formatArn, parseArn, type WorkloadId, workloadId } from "@fleetless/kernel";
import { clusterNotFound, invalidParameter } from "./errors.ts";

/** The account and region in which a call, a cluster or a task lives. */
export interface Scope {
  readonly accountId: string;
  readonly region: string;
}

export const scopeKey = (scope: Scope): string => `${scope.accountId}/${scope.region}`;
const ecsArn = (scope: Scope, resource: string): string =>
  formatArn({ service: "ecs", region: scope.region, accountId: scope.accountId, resource });

export const clusterArn = (scope: Scope, name: string): string => ecsArn(scope, `cluster/${name}`);
export const taskArn = (scope: Scope, cluster: string, id: WorkloadId): string =>
  ecsArn(scope, `task/${cluster}/${id}`);
export const containerArn = (scope: Scope, cluster: string, id: WorkloadId, container: string): string =>
  ecsArn(scope, `container/${cluster}/${id}/${container}`);
export const taskDefinitionArn = (scope: Scope, family: string, revision: number | "*"): string =>
  ecsArn(scope, `task-definition/${family}:${revision}`);
export const capacityProviderArn = (scope: Scope, name: string): string => ecsArn(scope, `capacity-provider/${name}`);

/** The ARN of a role that is given by its ARN or by its plain name. */
export const roleArnOf = (scope: Pick<Scope, "accountId">, role: string | undefined): string | undefined =>
  !role || role.startsWith("arn:")
    ? role || undefined
    : formatArn({ service: "iam", region: "", accountId: scope.accountId, resource: `role/${role}` });

export const clusterKey = (scope: Scope, name: string): string => `${scopeKey(scope)}/${name}`;
export const familyKey = (scope: Scope, family: string): string => `${scopeKey(scope)}/${family}`;
export const taskDefinitionKey = (scope: Scope, family: string, revision: number): string =>
  `${familyKey(scope, family)}/${String(revision).padStart(10, "0")}`;

export const clusterNamePattern = /^[A-Za-z0-9_-]{1,255}$/;

/** What follows `<type>/` in an ARN of this account and region; undefined for another's or for no ARN. */
const resourceOf = (scope: Scope, text: string, type: string): string | undefined => {
  const arn = parseArn(text);
  if (arn?.service !== "ecs" || arn.accountId !== scope.accountId || arn.region !== scope.region) return undefined;
  return arn.resource.startsWith(`${type}/`) ? arn.resource.slice(type.length + 1) : undefined;
};

/** The name of the cluster that a request means by a name, an ARN or nothing at all. */
export const clusterNameOf = (scope: Scope, cluster: string | undefined): string => {
  if (cluster === undefined || cluster === "") return "default";
  const name = cluster.startsWith("arn:") ? resourceOf(scope, cluster, "cluster") : cluster;
  if (name === undefined || !clusterNamePattern.test(name)) throw clusterNotFound();
  return name;
};

/** Throws what ECS says of an id, or of an ARN's last part, that is too short or too long for one. */
export const checkTaskIdLength = (task: string): void => {
  const { length } = task.slice(task.lastIndexOf("/") + 1);
  if (length !== 32 && length !== 36) throw invalidParameter("taskId length should be one of [32,36]");
};

/** The id of the task that a request means by an id or an ARN, within a cluster; undefined where it cannot be one. */
export const taskIdOf = (scope: Scope, cluster: string, task: string): WorkloadId | undefined => {
  if (!task.startsWith("arn:")) return /^[0-9a-f]{32}$/.test(task) ? workloadId(task) : undefined;
  const [named, id, more] = (resourceOf(scope, task, "task") ?? "").split("/");
  if (named === undefined || id === undefined || more !== undefined || !/^[0-9a-f]{32}$/.test(id)) return undefined;
  if (named !== cluster) throw invalidParameter("Invalid identifier: Identifier is for cluster ".concat(named, "."));
  return workloadId(id);
};

export interface TaskDefinitionReference {
  readonly family: string;
  /** The newest active one where left out. */
  readonly revision?: number;
}

/** `family`, `family:revision` or an ARN; undefined where it is none of them. */
export const taskDefinitionReference = (scope: Scope, text: string): TaskDefinitionReference | undefined => {
  const name = text.startsWith("arn:") ? resourceOf(scope, text, "task-definition") : text;
  const match = /^([A-Za-z0-9_-]{1,255})(?::([1-9]\d{0,9}))?$/.exec(name ?? "");
  const family = match?.[1];
  if (family === undefined) return undefined;
  return match?.[2] === undefined ? { family } : { family, revision: Number(match[2]) };
};
