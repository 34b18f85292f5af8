import type {
  CapacityProviderStrategyItem,
  ClusterConfiguration,
  ClusterSetting,
  RegisterTaskDefinitionRequest,
  TaskDefinition,
  TaskOverride,
} from "@aws-sdk/client-ecs";
import type { NetworkInterfaceSpec, StopRequest, WorkloadId } from "@fleetless/kernel";
import { defineCollection } from "../../state/store.ts";

export type Tags = Readonly<Record<string, string>>;

export interface ClusterRecord {
  readonly arn: string;
  readonly name: string;
  readonly status: "ACTIVE" | "INACTIVE";
  readonly settings: readonly ClusterSetting[];
  readonly configuration?: ClusterConfiguration;
  readonly capacityProviders: readonly string[];
  readonly defaultCapacityProviderStrategy: readonly CapacityProviderStrategyItem[];
  readonly tags: Tags;
  readonly createdAt: number;
}

/** The parts of a task definition that are kept as they were given, once they are checked and completed. */
export type TaskDefinitionBody = Omit<RegisterTaskDefinitionRequest, "tags"> &
  Pick<TaskDefinition, "compatibilities" | "requiresAttributes">;

export interface TaskDefinitionRecord {
  readonly arn: string;
  readonly family: string;
  readonly revision: number;
  readonly status: "ACTIVE" | "INACTIVE" | "DELETE_IN_PROGRESS";
  readonly body: TaskDefinitionBody;
  readonly tags: Tags;
  readonly registeredAt: number;
  readonly registeredBy: string;
  readonly deregisteredAt?: number;
  readonly deleteRequestedAt?: number;
}

export interface FamilyRecord {
  readonly family: string;
  /** The number of the newest revision; numbers are never given twice. */
  readonly newest: number;
  readonly newestActive?: number;
}

/** That tasks of a family were launched in a cluster. */
export interface FamilyUseRecord {
  readonly family: string;
  /** Of the last launch. */
  readonly taskDefinitionArn: string;
  /** Of the last launch, or up to an hour before it. */
  readonly usedAt: number;
}

export interface TaskContainerRecord {
  readonly name: string;
  readonly arn: string;
  readonly image: string;
  readonly cpu: number;
  readonly memory?: number;
  readonly memoryReservation?: number;
}

export interface TaskRecord {
  readonly id: WorkloadId;
  readonly arn: string;
  /** `<account>/<region>/<cluster name>`. */
  readonly clusterKey: string;
  readonly clusterArn: string;
  readonly taskDefinitionArn: string;
  readonly family: string;
  readonly launchType: "FARGATE";
  readonly capacityProviderName?: string;
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorageGiB: number;
  readonly architecture: "X86_64" | "ARM64";
  readonly overrides: TaskOverride;
  readonly group: string;
  readonly startedBy?: string;
  readonly enableExecuteCommand?: boolean;
  /** Until when scaling in and deployments spare it; ended where that is past. */
  readonly protectedUntil?: number;
  readonly tags: Tags;
  readonly containers: readonly TaskContainerRecord[];
  readonly networkInterface: NetworkInterfaceSpec;
  readonly availabilityZone: string;
  readonly createdAt: number;
  readonly desiredStatus: "RUNNING" | "STOPPED";
  /** Why it was asked to stop; absent where it ended by itself. */
  readonly stop?: StopRequest & { readonly at: number };
  /** Raised with every change of this record. */
  readonly version: number;
  /** Set once the task was observed STOPPED and gave its interface and its capacity back. */
  readonly releasedAt?: number;
}

export interface ClientTokenRecord {
  readonly requestHash: string;
  readonly taskKeys: readonly string[];
  readonly usedAt: number;
}

export interface AccountSettingRecord {
  readonly name: string;
  readonly value: string;
  readonly principalArn: string;
}

/** By `<account>/<region>/<name>`. */
export const clusters = defineCollection<ClusterRecord>("ecs.clusters");
/** By the cluster's key; written by every launch, so that launches and the deletion of the cluster meet. */
export const clusterLaunches = defineCollection<{ readonly launches: number }>("ecs.cluster-launches");
/** By `<account>/<region>/<family>/<revision in ten digits>`. */
export const taskDefinitions = defineCollection<TaskDefinitionRecord>("ecs.task-definitions", {
  status: ({ status }) => status,
});
/** By `<account>/<region>/<family>`. */
export const families = defineCollection<FamilyRecord>("ecs.families");
/** By `<account>/<region>/<cluster>/<family>`. */
export const familyUses = defineCollection<FamilyUseRecord>("ecs.family-uses");
/** By `<account>/<region>/<cluster>/<task>`. */
export const tasks = defineCollection<TaskRecord>("ecs.tasks", {
  id: ({ id }) => id,
  desired: ({ clusterKey, desiredStatus }) => `${clusterKey}/${desiredStatus}`,
  desiredOfFamily: ({ clusterKey, desiredStatus, family }) => `${clusterKey}/${desiredStatus}/${family}`,
  desiredOfStarter: ({ clusterKey, desiredStatus, startedBy }) =>
    startedBy === undefined ? undefined : `${clusterKey}/${desiredStatus}/${startedBy}`,
  desiredOfGroup: ({ clusterKey, desiredStatus, group }) => `${clusterKey}/${desiredStatus}/${group}`,
  /** Tasks that still hold an interface and capacity. */
  held: ({ clusterKey, releasedAt }) => (releasedAt === undefined ? clusterKey : undefined),
  heldByDefinition: ({ taskDefinitionArn, releasedAt }) => (releasedAt === undefined ? taskDefinitionArn : undefined),
});
/** By `<account>/<region>/<cluster>/<token>`. */
export const clientTokens = defineCollection<ClientTokenRecord>("ecs.client-tokens");
/** By `<account>/<region>/<name>/<principal>`. */
export const accountSettings = defineCollection<AccountSettingRecord>("ecs.account-settings");
