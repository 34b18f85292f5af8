import type { NodeDescription, NodeId, VpcId, Workload, WorkloadSize, WorkloadStatus } from "@fleetless/kernel";
import { defineCollection } from "../state/store.ts";

export interface NodeRecord {
  readonly description: NodeDescription;
  readonly registeredAt: number;
  /** LOST once the lease ran out; nothing is placed on such a node, what runs on it is left alone. */
  readonly state: "READY" | "LOST";
}

/** Kept apart from the node, so that heartbeats never meet placements. */
export interface NodeLeaseRecord {
  /** Milliseconds since the Unix epoch. */
  readonly expiresAt: number;
}

/** What is promised to the workloads of a node. */
export interface NodeAllocationRecord {
  readonly allocated: WorkloadSize;
}

export interface WorkloadRecord {
  readonly workload: Workload;
  readonly nodeId: NodeId;
  readonly accountId: string;
  readonly region: string;
  /** Whether its capacity was given back, after it was observed STOPPED. */
  readonly released: boolean;
}

/** By the node's id. */
export const nodes = defineCollection<NodeRecord>("compute.nodes");
export const nodeLeases = defineCollection<NodeLeaseRecord>("compute.node-leases");
export const nodeAllocations = defineCollection<NodeAllocationRecord>("compute.node-allocations");
/** By `<node>/<VPC>`: the VPCs that a node enforces, from its first workload there until the VPC is deleted. */
export const nodeVpcs = defineCollection<{ readonly vpcId: VpcId }>("compute.node-vpcs");
/** Desired state, by `<node>/<workload>`, so that a change tells whose it is even after a deletion. */
export const workloads = defineCollection<WorkloadRecord>("compute.workloads", {
  id: ({ workload }) => workload.id,
  /** Workloads of a node that still hold capacity. */
  unreleased: ({ nodeId, released }) => (released ? undefined : nodeId),
});
export interface WorkloadStatusRecord extends WorkloadStatus {
  /** How often its phase, its health, its connectivity or a container's status was another than before. */
  readonly changes: number;
}

/** Observed state, by the workload's id; written from the nodes' reports only. */
export const workloadStatuses = defineCollection<WorkloadStatusRecord>("compute.workload-statuses");

/** An image to be made ready on every node of its architecture, under the rights of those who name it. */
export interface WarmImageRecord {
  readonly id: string;
  readonly reference: string;
  readonly architecture: NodeDescription["architecture"];
  readonly executionRoleArn?: string;
  /** Where the login of the image's registry is: the ARN of a secret. */
  readonly repositoryCredentials?: string;
}

export interface WarmImagesRecord {
  readonly accountId: string;
  readonly region: string;
  /** The most wanted first. */
  readonly images: readonly WarmImageRecord[];
}

/** By the ARN of who wants them: a cluster. */
export const warmImages = defineCollection<WarmImagesRecord>("compute.warm-images", {
  image: ({ images }) => images.map(({ id }) => id),
});
