import type { Workload } from "@fleetless/kernel";
import type { Step, StepOf, TaskStepKind } from "./step.ts";

/** What a step that succeeded tells. */
export type StepResult =
  | { readonly step: StepOf<TaskStepKind> }
  /** `bytes` are what was fetched: none where all of the image was on the machine. */
  | { readonly step: StepOf<"prepare-image">; readonly digest: string; readonly bytes?: number }
  | { readonly step: StepOf<"open-log" | "drain-log"> }
  | { readonly step: StepOf<"create-container">; readonly runtimeId: string }
  | { readonly step: StepOf<"start-container">; readonly startedAt: number }
  | {
      readonly step: StepOf<"check-health">;
      /** Undefined where the check took longer than its timeout. */
      readonly exitCode: number | undefined;
      readonly output: string;
    }
  | { readonly step: StepOf<"stop-container" | "kill-container" | "delete-container"> };

export interface ExitDetails {
  readonly exitCode: number;
  /** Milliseconds since the Unix epoch. */
  readonly at: number;
  readonly outOfMemory: boolean;
  /** Where the container did not end by itself, why. */
  readonly reason?: string;
}

/** A container as it was found on the machine. */
export interface FoundState {
  readonly name: string;
  readonly attempt: number;
  readonly state: "created" | "running" | "exited";
  readonly startedAt?: number;
  readonly exit?: ExitDetails;
}

/** The counters of a task's control group. */
export interface UsageReading {
  readonly cpuNanoseconds: number;
  readonly memoryBytes: number;
  readonly memoryPeakBytes: number;
}

export type Outcome =
  /** The step is being carried out from now on. */
  | { readonly kind: "begun"; readonly step: Step }
  | ({ readonly kind: "succeeded" } & StepResult)
  /** `reason` as DescribeTasks shows it, with the error's name in front. */
  | { readonly kind: "failed"; readonly step: Step; readonly reason: string; readonly retryable?: boolean }
  | ({ readonly kind: "exited"; readonly container: string; readonly attempt: number } & ExitDetails)
  /** The container is gone without having left an exit code. */
  | { readonly kind: "lost"; readonly container: string; readonly attempt: number; readonly reason: string }
  /** The control plane's wish, new or repeated. */
  | { readonly kind: "desired"; readonly workload: Workload }
  /** After a restart of the agent: nothing is under way, and this is what the machine holds. */
  | {
      readonly kind: "recovered";
      /** Until when the agent would have heard of an exit, in milliseconds since the Unix epoch; until now where left out. */
      readonly awakeUntil?: number;
      readonly network: boolean;
      readonly sandbox: boolean;
      readonly containers: readonly FoundState[];
    }
  /** So much of a container's image is here. */
  | { readonly kind: "pulling"; readonly container: string; readonly bytes: number; readonly total: number }
  /** What all containers together have used so far, from the task's control group. */
  | ({ readonly kind: "measured" } & UsageReading)
  /** Time has passed. */
  | { readonly kind: "tick" };
