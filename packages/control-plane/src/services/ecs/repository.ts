import type { WorkloadId } from "@fleetless/kernel";
import type { ReadTransaction, Stored, Transaction } from "../../state/store.ts";
import {
  type AccountSettingRecord,
  accountSettings,
  type ClientTokenRecord,
  type ClusterRecord,
  clientTokens,
  clusterLaunches,
  clusters,
  type FamilyRecord,
  type FamilyUseRecord,
  families,
  familyUses,
  type TaskDefinitionRecord,
  type TaskRecord,
  taskDefinitions,
  tasks,
} from "./collections.ts";
import { clusterInactive, clusterNotFound } from "./errors.ts";
import {
  clusterKey,
  clusterNameOf,
  familyKey,
  type Scope,
  scopeKey,
  type TaskDefinitionReference,
  taskDefinitionKey,
} from "./identifiers.ts";

export const findCluster = (transaction: ReadTransaction, scope: Scope, name: string) =>
  transaction.get(clusters, clusterKey(scope, name));

/** The cluster that a request means. Throws ClusterNotFoundException where it is missing or was deleted. */
export const requireCluster = async (
  transaction: ReadTransaction,
  scope: Scope,
  reference: string | undefined,
): Promise<ClusterRecord> => {
  const cluster = await findCluster(transaction, scope, clusterNameOf(scope, reference));
  if (cluster === undefined) throw clusterNotFound();
  if (cluster.status === "INACTIVE") throw clusterInactive();
  return cluster;
};

/**
 * Puts launched tasks on record, so that a deletion of the cluster at the same moment runs again and sees it.
 * Answers how many there were before.
 */
export const recordLaunch = async (transaction: Transaction, key: string, count: number): Promise<number> => {
  const launches = (await transaction.get(clusterLaunches, key))?.launches ?? 0;
  transaction.put(clusterLaunches, key, { launches: launches + count });
  return launches;
};

export const watchLaunches = (transaction: ReadTransaction, key: string) => transaction.get(clusterLaunches, key);

/** How old the record of a family's last launch may be before another launch writes it again, in milliseconds. */
const useResolution = 60 * 60 * 1_000;

/** Puts on record that a family is used in a cluster; most launches find that it stands there already. */
export const recordFamilyUse = async (
  transaction: Transaction,
  cluster: string,
  { family, arn }: Pick<TaskDefinitionRecord, "family" | "arn">,
  now: number,
): Promise<void> => {
  const key = `${cluster}/${family}`;
  const before = await transaction.get(familyUses, key);
  if (before?.taskDefinitionArn === arn && now - before.usedAt < useResolution) return;
  transaction.put(familyUses, key, { family, taskDefinitionArn: arn, usedAt: now });
};

export const familyUsesOf = async (
  transaction: ReadTransaction,
  cluster: string,
): Promise<readonly FamilyUseRecord[]> =>
  (await transaction.list(familyUses, { prefix: `${cluster}/` })).map(({ document }) => document);

export const forgetFamilyUse = (transaction: Transaction, cluster: string, family: string): void =>
  transaction.delete(familyUses, `${cluster}/${family}`);

/** The referenced definition; without a revision the family's newest active one. */
export const findTaskDefinition = async (
  transaction: ReadTransaction,
  scope: Scope,
  reference: TaskDefinitionReference,
): Promise<TaskDefinitionRecord | undefined> => {
  const revision =
    reference.revision ?? (await transaction.get(families, familyKey(scope, reference.family)))?.newestActive;
  if (revision === undefined) return undefined;
  return transaction.get(taskDefinitions, taskDefinitionKey(scope, reference.family, revision));
};

export const findFamily = (transaction: ReadTransaction, scope: Scope, family: string) =>
  transaction.get(families, familyKey(scope, family));

export const saveFamily = (transaction: Transaction, scope: Scope, family: FamilyRecord): void =>
  transaction.put(families, familyKey(scope, family.family), family);

export const saveTaskDefinition = (transaction: Transaction, scope: Scope, record: TaskDefinitionRecord): void =>
  transaction.put(taskDefinitions, taskDefinitionKey(scope, record.family, record.revision), record);

export const listFamilies = async (transaction: ReadTransaction, scope: Scope, prefix: string) =>
  (await transaction.list(families, { prefix: `${scopeKey(scope)}/${prefix}` })).map(({ document }) => document);

/** Revisions of a family, or of all, in the order of revisions within a family. */
export const listTaskDefinitions = async (
  transaction: ReadTransaction,
  scope: Scope,
  family: string | undefined,
  status: TaskDefinitionRecord["status"],
): Promise<readonly TaskDefinitionRecord[]> =>
  (
    await transaction.list(taskDefinitions, {
      prefix: `${scopeKey(scope)}/${family === undefined ? "" : `${family}/`}`,
      index: { name: "status", value: status },
    })
  ).map(({ document }) => document);

export const taskKey = (task: Pick<TaskRecord, "clusterKey" | "id">): string => `${task.clusterKey}/${task.id}`;

export const findTask = (transaction: ReadTransaction, cluster: string, id: WorkloadId) =>
  transaction.get(tasks, `${cluster}/${id}`);

export const findTaskByKey = (transaction: ReadTransaction, key: string) => transaction.get(tasks, key);

/** A task by its id alone, wherever it runs. */
export const findTaskById = async (transaction: ReadTransaction, id: string): Promise<TaskRecord | undefined> => {
  const [found] = await transaction.list(tasks, { index: { name: "id", value: id }, limit: 1 });
  return found?.document;
};

export const insertTask = (transaction: Transaction, task: TaskRecord): void =>
  transaction.insert(tasks, taskKey(task), task);
export const saveTask = (transaction: Transaction, task: TaskRecord): void =>
  transaction.put(tasks, taskKey(task), task);
export const deleteTask = (transaction: Transaction, task: TaskRecord): void =>
  transaction.delete(tasks, taskKey(task));

/** Tasks of a cluster that still hold an interface and capacity. */
export const heldTasks = async (transaction: ReadTransaction, cluster: string): Promise<readonly TaskRecord[]> =>
  (await transaction.list(tasks, { index: { name: "held", value: cluster } })).map(({ document }) => document);

export interface DesiredTasks {
  readonly cluster: string;
  readonly desiredStatus: TaskRecord["desiredStatus"];
  readonly startedBy?: string | undefined;
  readonly group?: string | undefined;
  readonly family?: string | undefined;
}

const desiredIndex = ({ cluster, desiredStatus, startedBy, group, family }: DesiredTasks) => {
  const all = `${cluster}/${desiredStatus}`;
  if (startedBy !== undefined) return { name: "desiredOfStarter", value: `${all}/${startedBy}` };
  if (group !== undefined) return { name: "desiredOfGroup", value: `${all}/${group}` };
  return family === undefined
    ? { name: "desired", value: all }
    : { name: "desiredOfFamily", value: `${all}/${family}` };
};

/**
 * Tasks of a cluster that are wanted to run, or to be stopped, in the order of their ids. Of several further
 * properties the one that is the narrowest as a rule is looked up; the caller leaves out what lacks the others.
 */
export const desiredTasks = (
  transaction: ReadTransaction,
  wanted: DesiredTasks,
  page: { readonly after?: string; readonly limit: number },
): Promise<readonly Stored<TaskRecord>[]> => transaction.list(tasks, { index: desiredIndex(wanted), ...page });

export const listTaskIds = async (transaction: ReadTransaction): Promise<readonly WorkloadId[]> =>
  (await transaction.list(tasks)).map(({ document }) => document.id);

export const saveCluster = (transaction: Transaction, scope: Scope, cluster: ClusterRecord): void =>
  transaction.put(clusters, clusterKey(scope, cluster.name), cluster);

export const findClientToken = (transaction: ReadTransaction, key: string) => transaction.get(clientTokens, key);
export const saveClientToken = (transaction: Transaction, key: string, token: ClientTokenRecord): void =>
  transaction.put(clientTokens, key, token);

/** In the order of their names, deleted ones among them. */
export const clustersIn = async (transaction: ReadTransaction, scope: Scope): Promise<readonly ClusterRecord[]> =>
  (await transaction.list(clusters, { prefix: `${scopeKey(scope)}/` })).map(({ document }) => document);

/** In the order of their names. */
export const activeClusters = async (transaction: ReadTransaction, scope: Scope): Promise<readonly ClusterRecord[]> =>
  (await clustersIn(transaction, scope)).filter(({ status }) => status === "ACTIVE");

const settingKey = (scope: Scope, name: string, principalArn: string): string =>
  `${scopeKey(scope)}/${name}/${principalArn}`;

export const findAccountSetting = (transaction: ReadTransaction, scope: Scope, name: string, principalArn: string) =>
  transaction.get(accountSettings, settingKey(scope, name, principalArn));
export const saveAccountSetting = (transaction: Transaction, scope: Scope, setting: AccountSettingRecord): void =>
  transaction.put(accountSettings, settingKey(scope, setting.name, setting.principalArn), setting);
export const deleteAccountSetting = (transaction: Transaction, scope: Scope, name: string, principalArn: string) =>
  transaction.delete(accountSettings, settingKey(scope, name, principalArn));

export const findTaskDefinitionByKey = (transaction: ReadTransaction, key: string) =>
  transaction.get(taskDefinitions, key);
export const forgetTaskDefinition = (transaction: Transaction, key: string): void =>
  transaction.delete(taskDefinitions, key);
export const deletedTaskDefinitionKeys = async (transaction: ReadTransaction): Promise<readonly string[]> =>
  (await transaction.list(taskDefinitions, { index: { name: "status", value: "DELETE_IN_PROGRESS" } })).map(
    ({ key }) => key,
  );
/** Tasks that run from a definition and have not stopped. */
export const countTasksOfDefinition = async (transaction: ReadTransaction, arn: string): Promise<number> =>
  (await transaction.list(tasks, { index: { name: "heldByDefinition", value: arn }, limit: 1 })).length;

export const clientTokenKeys = async (transaction: ReadTransaction): Promise<readonly string[]> =>
  (await transaction.list(clientTokens)).map(({ key }) => key);
export const forgetClientToken = (transaction: Transaction, key: string): void => transaction.delete(clientTokens, key);
