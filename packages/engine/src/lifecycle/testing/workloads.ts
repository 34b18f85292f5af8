import { type ContainerSpec, type DependencyCondition, type Workload, workloadId } from "@fleetless/kernel";
import { sampleContainer, sampleWorkload } from "@fleetless/kernel/testing";
import fc from "fast-check";

/** Workloads for the tests of the lifecycle. */
export const containerNamed = (name: string, rest: Partial<ContainerSpec> = {}): ContainerSpec =>
  sampleContainer(name, { image: "demo:latest", ...rest });

export const workloadOf = (containers: readonly ContainerSpec[], rest: Partial<Workload> = {}): Workload =>
  sampleWorkload({ id: workloadId("0123456789abcdef0123456789abcdef"), containers, createdAt: 0, ...rest });

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
