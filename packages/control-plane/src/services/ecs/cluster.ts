import type { ClusterConfiguration, ClusterSetting } from "@aws-sdk/client-ecs";
import type { Compute } from "../../compute/service.ts";
import type { ReadTransaction, Store } from "../../state/store.ts";
import { isFargateProvider } from "./capacity-providers.ts";
import type { ClusterRecord } from "./collections.ts";
import { invalidParameter, notSupportedYet } from "./errors.ts";
import { checkExecuteCommandConfiguration } from "./execute-command/configuration.ts";
import { clusterArn, clusterKey, type Scope } from "./identifiers.ts";
import { findCluster, heldTasks, saveCluster } from "./repository.ts";
import { isEnding } from "./task-view.ts";

export const newCluster = (scope: Scope, name: string, now: number): ClusterRecord => ({
  arn: clusterArn(scope, name),
  name,
  status: "ACTIVE",
  settings: [{ name: "containerInsights", value: "disabled" }],
  capacityProviders: [],
  defaultCapacityProviderStrategy: [],
  tags: {},
  createdAt: now,
});

/** The cluster `default`, which a first start makes. It has Fargate's providers, so that nothing else is needed. */
export const ensureDefaultCluster = (store: Store, scope: Scope, now: number): Promise<void> =>
  store.transaction(async (transaction) => {
    if ((await findCluster(transaction, scope, "default")) !== undefined) return;
    const cluster = newCluster(scope, "default", now);
    saveCluster(transaction, scope, { ...cluster, capacityProviders: ["FARGATE", "FARGATE_SPOT"] });
  });

/** Throws InvalidParameterException. */
export const clusterSettingsFrom = (settings: readonly ClusterSetting[]): readonly ClusterSetting[] =>
  settings.map(({ name, value = "" }) => {
    if (name !== "containerInsights") throw invalidParameter(`Invalid cluster setting '${name}'.`);
    if (!["enabled", "disabled", "enhanced"].includes(value)) {
      throw invalidParameter("Invalid value of containerInsights: it must be enabled, disabled or enhanced.");
    }
    if (value !== "disabled") throw notSupportedYet("The cluster setting containerInsights other than disabled");
    return { name, value };
  });

/** Throws InvalidParameterException, and ClientException for what is not supported yet. */
export const configurationFrom = (
  configuration: ClusterConfiguration | undefined,
): ClusterConfiguration | undefined => {
  const { executeCommandConfiguration, ...others } = configuration ?? {};
  const [asked] = Object.entries(others).filter(([, value]) => value !== undefined);
  if (asked !== undefined) throw notSupportedYet(`The cluster configuration ${asked[0]}`);
  if (executeCommandConfiguration !== undefined) checkExecuteCommandConfiguration(executeCommandConfiguration);
  return configuration;
};

export const capacityProvidersFrom = (names: readonly string[]): readonly string[] => {
  const unknown = names.find((name) => !isFargateProvider(name));
  if (unknown !== undefined) throw invalidParameter(`The specified capacity provider '${unknown}' was not found.`);
  return [...new Set(names)];
};

export interface ClusterStatistics {
  readonly running: number;
  readonly pending: number;
}

/** Counted from what is observed at this moment. */
export const clusterStatistics = async (
  transaction: ReadTransaction,
  compute: Compute,
  scope: Scope,
  cluster: string,
): Promise<ClusterStatistics> => {
  let running = 0;
  let pending = 0;
  for (const task of await heldTasks(transaction, clusterKey(scope, cluster))) {
    const status = await compute.readStatus(transaction, task.id);
    if (status?.phase === "RUNNING") running += 1;
    else if (!isEnding(status)) pending += 1;
  }
  return { running, pending };
};
