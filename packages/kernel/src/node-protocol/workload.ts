import type { NetworkInterfaceId, SecurityGroupId, SubnetId, VpcId, WorkloadId } from "../ids.ts";

/**
 * The engine's one noun: containers that share a network namespace, an isolation boundary, a size and a
 * bill. The control plane writes it, the node agent only reads it.
 */
export interface Workload {
  readonly id: WorkloadId;
  /** Raised by the control plane with every change of what is desired. */
  readonly revision: number;
  readonly arn: string;
  readonly desiredStatus: "RUNNING" | "STOPPED";
  /** Present when desiredStatus is STOPPED. */
  readonly stop?: StopRequest;
  readonly size: WorkloadSize;
  readonly isolation: Isolation;
  readonly containers: readonly ContainerSpec[];
  readonly volumes: readonly VolumeSpec[];
  readonly networkInterface: NetworkInterfaceSpec;
  /** Whether the task may disturb its own network. */
  readonly faultInjection?: boolean;
  /** Whether people and programs outside may run commands in its containers. */
  readonly executeCommand?: boolean;
  readonly taskRoleArn?: string;
  readonly executionRoleArn?: string;
  readonly metadata: WorkloadMetadata;
  /** Milliseconds since the Unix epoch, like every time in this protocol. */
  readonly createdAt: number;
}

export type Isolation = "auto" | "gvisor" | "runc";

export type StopCode =
  | "TaskFailedToStart"
  | "EssentialContainerExited"
  | "UserInitiated"
  | "ServiceSchedulerInitiated"
  | "SpotInterruption"
  | "TerminationNotice";

export interface StopRequest {
  readonly code: StopCode;
  readonly reason: string;
}

export interface WorkloadSize {
  /** 1024 are one vCPU. */
  readonly cpuUnits: number;
  readonly memoryMiB: number;
  readonly ephemeralStorageGiB: number;
}

/** What the metadata endpoint shows of the task beyond what the agent itself knows. */
export interface WorkloadMetadata {
  readonly cluster: string;
  readonly family: string;
  readonly revision: string;
  readonly launchType: string;
  readonly availabilityZone: string;
  readonly group?: string;
  readonly serviceName?: string;
  readonly tags: Readonly<Record<string, string>>;
}

export type DependencyCondition = "START" | "COMPLETE" | "SUCCESS" | "HEALTHY";

export interface ContainerSpec {
  readonly name: string;
  /** The ARN shown in DescribeTasks and in the metadata endpoint. */
  readonly arn: string;
  readonly image: string;
  readonly essential: boolean;
  readonly entryPoint?: readonly string[];
  readonly command?: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly workingDirectory?: string;
  /** `user`, `user:group`, `uid`, `uid:gid`, `user:gid` or `uid:group`. */
  readonly user?: string;
  /** 0 where the container has no share of its own. */
  readonly cpuUnits: number;
  readonly memoryMiB?: number;
  readonly memoryReservationMiB?: number;
  readonly readonlyRootFilesystem: boolean;
  readonly pseudoTerminal: boolean;
  readonly interactive: boolean;
  readonly startTimeoutSeconds?: number;
  readonly stopTimeoutSeconds: number;
  readonly dependsOn: readonly { readonly containerName: string; readonly condition: DependencyCondition }[];
  readonly healthCheck?: HealthCheckSpec;
  readonly restartPolicy?: RestartPolicySpec;
  readonly ulimits: readonly { readonly name: string; readonly softLimit: number; readonly hardLimit: number }[];
  readonly systemControls: readonly { readonly namespace: string; readonly value: string }[];
  readonly linux: LinuxSpec;
  readonly mountPoints: readonly {
    readonly sourceVolume: string;
    readonly containerPath: string;
    readonly readOnly: boolean;
  }[];
  readonly volumesFrom: readonly { readonly sourceContainer: string; readonly readOnly: boolean }[];
  readonly portMappings: readonly {
    readonly containerPort: number;
    readonly protocol: "tcp" | "udp";
    readonly name?: string;
  }[];
  readonly labels: Readonly<Record<string, string>>;
  readonly log?: LogSpec;
  /** Variables of the environment whose values only the control plane knows. */
  readonly secrets?: readonly SecretSpec[];
  /** Where the login of the image's registry is: the ARN of a secret that holds `username` and `password`. */
  readonly repositoryCredentials?: string;
  /** Files with such values, kept up to date while the container runs. */
  readonly secretFiles?: readonly SecretFileSpec[];
}

export interface SecretSpec {
  readonly name: string;
  /** The ARN of a secret with its selectors, or the name or ARN of a parameter. */
  readonly valueFrom: string;
}

export interface SecretFileSpec {
  /** Absolute, inside the container. */
  readonly path: string;
  readonly valueFrom: string;
}

export interface HealthCheckSpec {
  /** `["CMD", …]` or `["CMD-SHELL", script]`. */
  readonly command: readonly string[];
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  readonly retries: number;
  readonly startPeriodSeconds: number;
}

export interface RestartPolicySpec {
  readonly ignoredExitCodes: readonly number[];
  readonly restartAttemptPeriodSeconds: number;
}

export interface LinuxSpec {
  readonly initProcessEnabled: boolean;
  readonly capabilitiesAdd: readonly string[];
  readonly capabilitiesDrop: readonly string[];
  readonly tmpfs: readonly {
    readonly containerPath: string;
    readonly sizeMiB: number;
    readonly mountOptions: readonly string[];
  }[];
}

export interface LogSpec {
  readonly driver: "awslogs";
  /** As in the task definition: awslogs-group, awslogs-region, awslogs-stream-prefix, … */
  readonly options: Readonly<Record<string, string>>;
}

/** A bind volume: an empty directory of the task's own, on its ephemeral storage. */
export interface VolumeSpec {
  readonly name: string;
}

export interface NetworkInterfaceSpec {
  readonly id: NetworkInterfaceId;
  readonly attachmentId: string;
  readonly vpcId: VpcId;
  readonly subnetId: SubnetId;
  /** Both or neither, as the subnet has an IPv4 block or not. */
  readonly subnetCidr?: string;
  readonly privateAddress?: string;
  /** Of an interface with an IPv4 address. */
  readonly privateDnsName?: string;
  /** Both or neither, as the subnet has an IPv6 block or not. */
  readonly ipv6Address?: string;
  readonly ipv6SubnetCidr?: string;
  /** Six lower-case hexadecimal bytes, `02:…`. */
  readonly macAddress: string;
  readonly publicAddress?: string;
  readonly securityGroupIds: readonly SecurityGroupId[];
  readonly bandwidth?: Bandwidth;
}

/** Of an interface, in bits a second: what its task may receive, and what it may send. */
export interface Bandwidth {
  readonly ingress?: number;
  readonly egress?: number;
}
