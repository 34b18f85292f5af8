import type { Cluster, ClusterField } from "@aws-sdk/client-ecs";
import type { ClusterStatistics } from "./cluster.ts";
import type { ClusterRecord } from "./collections.ts";
import { tagViews } from "./tags.ts";

const statisticsView = ({ running, pending }: ClusterStatistics) => [
  { name: "runningEC2TasksCount", value: "0" },
  { name: "pendingEC2TasksCount", value: "0" },
  { name: "runningFargateTasksCount", value: String(running) },
  { name: "pendingFargateTasksCount", value: String(pending) },
  { name: "runningExternalTasksCount", value: "0" },
  { name: "pendingExternalTasksCount", value: "0" },
  { name: "activeEC2ServiceCount", value: "0" },
  { name: "drainingEC2ServiceCount", value: "0" },
  { name: "activeFargateServiceCount", value: "0" },
  { name: "drainingFargateServiceCount", value: "0" },
  { name: "activeExternalServiceCount", value: "0" },
  { name: "drainingExternalServiceCount", value: "0" },
];

/** A cluster with the fields that were asked for, as DescribeClusters shows it. */
export const clusterView = (
  cluster: ClusterRecord,
  statistics: ClusterStatistics,
  include: readonly ClusterField[],
): Cluster => ({
  clusterArn: cluster.arn,
  clusterName: cluster.name,
  status: cluster.status,
  registeredContainerInstancesCount: 0,
  runningTasksCount: statistics.running,
  pendingTasksCount: statistics.pending,
  activeServicesCount: 0,
  statistics: include.includes("STATISTICS") ? statisticsView(statistics) : [],
  tags: include.includes("TAGS") ? tagViews(cluster.tags) : [],
  settings: include.includes("SETTINGS") ? [...cluster.settings] : [],
  ...(include.includes("CONFIGURATIONS") && cluster.configuration ? { configuration: cluster.configuration } : {}),
  capacityProviders: [...cluster.capacityProviders],
  defaultCapacityProviderStrategy: [...cluster.defaultCapacityProviderStrategy],
});
