import type { Outcome, Step, StepKind, StepOf, Task } from "@fleetless/engine";
import type { ContainerSpec, ControlPlaneSession, Workload, WorkloadId } from "@fleetless/kernel";
import type { Equipment } from "../../journal/journal.ts";
import type { LogRouter } from "../../logs/contract.ts";
import type { MetadataEndpoint } from "../../metadata/contract.ts";
import type { TaskNetwork } from "../../network/contract.ts";
import { type ContainerKey, type ContainerRuntime, type RegistryWay, RuntimeError } from "../../runtime/contract.ts";
import type { VpcApplier } from "../vpc-applier.ts";

/** The rooms that the hooks call. */
export interface HookPorts {
  readonly runtime: ContainerRuntime;
  readonly network: TaskNetwork;
  readonly logs: LogRouter;
  readonly metadata: MetadataEndpoint;
  readonly vpcs: VpcApplier;
  readonly imageAccess: ControlPlaneSession["imageAccess"];
  readonly containerSecrets: ControlPlaneSession["containerSecrets"];
  /** How a task whose interface is attached gets to the registry that the image is in; throws where it does not. */
  readonly wayToRegistry: (workload: Workload, image: string) => Promise<RegistryWay | undefined>;
  /** Set in every container besides what the metadata endpoint asks for; a task definition's own value wins. */
  readonly environment: Readonly<Record<string, string>>;
  /** Resolves when the state so far survives a loss of power: before what it tells of is removed. */
  readonly flushJournal: () => Promise<void>;
}

/** What a hook sees of its task. */
export interface HookTask {
  readonly task: Task;
  readonly equipment: Equipment;
  /** Keeps what a step yielded for later steps; journaled together with the step's outcome. */
  equip(change: (equipment: Equipment) => Equipment): void;
  /** Resolves once the task is as `condition` says. */
  until(condition: (task: Task) => boolean, signal: AbortSignal): Promise<void>;
  /** Folds in what is known while a step is still under way. */
  apply(...outcomes: readonly Outcome[]): void;
}

/** Carries one step out. It may be repeated; when the signal is aborted it stops and throws. */
export type Hook<Kind extends StepKind> = (
  step: StepOf<Kind>,
  target: HookTask,
  ports: HookPorts,
  signal: AbortSignal,
) => Promise<readonly Outcome[]>;

/** A step failed for a reason that DescribeTasks shows as it is. */
export class StepFailure extends Error {
  override readonly name = "StepFailure";
  readonly retryable: boolean;

  constructor(reason: string, retryable: boolean) {
    super(reason);
    this.retryable = retryable;
  }
}

const errorNames: Readonly<Partial<Record<StepKind, string>>> = {
  "prepare-image": "CannotPullContainerError",
  "create-container": "CannotCreateContainerError",
  "start-container": "CannotStartContainerError",
};

/** The failed step's outcome, worded as ECS does: `<name of the error>: <message>`. */
export const failureOf = (step: Step, thrown: unknown): Outcome => {
  if (thrown instanceof StepFailure) {
    return { kind: "failed", step, reason: thrown.message, retryable: thrown.retryable };
  }
  const name = thrown instanceof RuntimeError ? thrown.name : (errorNames[step.kind] ?? "ResourceInitializationError");
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  const retryable = thrown instanceof RuntimeError && thrown.retryable;
  return { kind: "failed", step, reason: `${name}: ${message}`, retryable };
};

export const containerSpec = (target: HookTask, name: string): ContainerSpec => {
  const container = target.task.workload.containers.find((candidate) => candidate.name === name);
  if (container === undefined) throw new Error(`the task has no container ${name}`);
  return container;
};

export const containerKey = (target: HookTask, name: string): ContainerKey => ({
  workloadId: workloadIdOf(target),
  name,
});

export const workloadIdOf = (target: HookTask): WorkloadId => target.task.workload.id;
