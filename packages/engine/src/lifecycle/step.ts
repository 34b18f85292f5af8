/** Steps for the task as a whole. */
export type TaskStepKind = "attach-network" | "create-sandbox" | "destroy-sandbox" | "detach-network";

/** Steps for a container, whichever its attempt. */
type SupplyStepKind = "prepare-image" | "open-log" | "drain-log";

/** Steps that belong to one attempt of a container: what comes too late for an attempt counts for nothing. */
type ContainerStepKind =
  | "create-container"
  | "start-container"
  | "check-health"
  /** The image's stop signal, SIGTERM by default. */
  | "stop-container"
  /** SIGKILL. */
  | "kill-container"
  | "delete-container";

type TaskSteps = { readonly [Kind in TaskStepKind]: { readonly kind: Kind } };
type SupplySteps = { readonly [Kind in SupplyStepKind]: { readonly kind: Kind; readonly container: string } };
type ContainerSteps = {
  readonly [Kind in ContainerStepKind]: { readonly kind: Kind; readonly container: string; readonly attempt: number };
};
type Steps = TaskSteps & SupplySteps & ContainerSteps;

export type StepKind = keyof Steps;
export type StepOf<Kind extends StepKind> = Steps[Kind];

/** Something that ought to be under way for a task now. Every step may be repeated after a crash. */
export type Step = StepOf<StepKind>;

/** Two steps with the same key are the same step. */
export const stepKey = (step: Step): string => {
  if ("attempt" in step) return `${step.kind}/${step.container}/${step.attempt}`;
  if ("container" in step) return `${step.kind}/${step.container}`;
  return step.kind;
};

/** Steps whose time is shown in the launch timeline, and under which name. */
export const timelineNames: Readonly<Partial<Record<StepKind, string>>> = {
  "attach-network": "attach network",
  "create-sandbox": "create sandbox",
  "prepare-image": "prepare image",
  "open-log": "open log stream",
  "create-container": "create container",
  "start-container": "start container",
};
