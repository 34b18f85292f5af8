import {
  type ContainerSpec,
  type DependencyCondition,
  networkInterfaceId,
  subnetId,
  vpcId,
  type Workload,
  workloadId,
} from "@fleetless/kernel";
import fc from "fast-check";

/** Workloads for the tests of the lifecycle. */
export const containerNamed = (name: string, rest: Partial<ContainerSpec> = {}): ContainerSpec => ({
  name,
  arn: `arn:aws:ecs:us-east-1:123456789012:container/${name}`,
  image: "demo:latest",
  essential: true,
  environment: [],
  cpuUnits: 0,
  readonlyRootFilesystem: false,
  pseudoTerminal: false,
  interactive: false,
  stopTimeoutSeconds: 30,
  dependsOn: [],
  ulimits: [],
  systemControls: [],
  linux: { initProcessEnabled: false, capabilitiesAdd: [], capabilitiesDrop: [], tmpfs: [] },
  mountPoints: [],
  volumesFrom: [],
  portMappings: [],
  labels: {},
  ...rest,
});

export const workloadOf = (containers: readonly ContainerSpec[], rest: Partial<Workload> = {}): Workload => ({
  id: workloadId("0123456789abcdef0123456789abcdef"),
  revision: 1,
  arn: "arn:aws:ecs:us-east-1:123456789012:task/default/0123456789abcdef0123456789abcdef",
  desiredStatus: "RUNNING",
  size: { cpuUnits: 256, memoryMiB: 512, ephemeralStorageGiB: 20 },
  isolation: "auto",
  containers,
  volumes: [],
  networkInterface: {
    id: networkInterfaceId("eni-01"),
    attachmentId: "attachment",
    vpcId: vpcId("vpc-01"),
    subnetId: subnetId("subnet-01"),
    subnetCidr: "10.0.1.0/24",
    privateAddress: "10.0.1.2",
    privateDnsName: "ip-10-0-1-2.ec2.internal",
    macAddress: "02:00:00:00:00:01",
    securityGroupIds: [],
  },
  metadata: {
    cluster: "default",
    family: "demo",
    revision: "1",
    launchType: "FARGATE",
    availabilityZone: "us-east-1a",
    tags: {},
  },
  createdAt: 0,
  ...rest,
});

const conditions: readonly DependencyCondition[] = ["START", "COMPLETE", "SUCCESS", "HEALTHY"];

interface Draft {
  readonly essential: boolean;
  readonly checked: boolean;
  readonly logged: boolean;
  readonly startTimeout: number | undefined;
  readonly stopTimeout: number;
  readonly restarts: boolean;
  readonly volumes: boolean;
  readonly dependencies: readonly { readonly on: number; readonly condition: DependencyCondition }[];
}

const draft: fc.Arbitrary<Draft> = fc.record({
  essential: fc.boolean(),
  checked: fc.boolean(),
  logged: fc.boolean(),
  startTimeout: fc.option(fc.integer({ min: 2, max: 120 }), { nil: undefined }),
  stopTimeout: fc.integer({ min: 2, max: 120 }),
  restarts: fc.boolean(),
  volumes: fc.boolean(),
  dependencies: fc.array(fc.record({ on: fc.nat(9), condition: fc.constantFrom(...conditions) }), { maxLength: 2 }),
});

const toContainer = (drafts: readonly Draft[], value: Draft, index: number): ContainerSpec => {
  const earlier = value.dependencies
    .filter(() => index > 0)
    .map(({ on, condition }) => {
      const target = drafts[on % index];
      const toEnd = condition === "COMPLETE" || condition === "SUCCESS";
      const endless = target?.essential === true || target?.checked === true;
      const impossible = (toEnd && endless) || (condition === "HEALTHY" && !target?.checked);
      return { containerName: `c${on % index}`, condition: impossible ? ("START" as const) : condition };
    });
  const [first, ...others] = earlier;
  return containerNamed(`c${index}`, {
    essential: value.essential || index === drafts.length - 1,
    stopTimeoutSeconds: value.stopTimeout,
    dependsOn: value.volumes ? others : earlier,
    volumesFrom: value.volumes && first ? [{ sourceContainer: first.containerName, readOnly: false }] : [],
    ...(value.startTimeout === undefined ? {} : { startTimeoutSeconds: value.startTimeout }),
    ...(value.restarts ? { restartPolicy: { ignoredExitCodes: [7], restartAttemptPeriodSeconds: 60 } } : {}),
    ...(value.logged ? { log: { driver: "awslogs" as const, options: {} } } : {}),
    ...(value.checked
      ? {
          healthCheck: {
            command: ["CMD", "true"],
            intervalSeconds: 5,
            timeoutSeconds: 2,
            retries: 2,
            startPeriodSeconds: 0,
          },
        }
      : {}),
  });
};

/** Workloads of one to five containers with dependencies that can be met. */
export const arbitraryWorkload: fc.Arbitrary<Workload> = fc
  .array(draft, { minLength: 1, maxLength: 5 })
  .map((drafts) => workloadOf(drafts.map((value, index) => toContainer(drafts, value, index))));
