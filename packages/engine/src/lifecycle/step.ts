/** Something that ought to be under way for a task now. Every step may be repeated after a crash. */
export type Step =
  | { readonly kind: "attach-network" }
  | { readonly kind: "create-sandbox" }
  | { readonly kind: "destroy-sandbox" }
  | { readonly kind: "detach-network" }
  | { readonly kind: "prepare-image"; readonly container: string }
  | { readonly kind: "open-log"; readonly container: string }
  | { readonly kind: "drain-log"; readonly container: string }
  | { readonly kind: ContainerStepKind; readonly container: string; readonly attempt: number };

/** Steps that belong to one attempt of a container: what comes too late for an attempt counts for nothing. */
export type ContainerStepKind =
  | "create-container"
  | "start-container"
  | "check-health"
  /** The image's stop signal, SIGTERM by default. */
  | "stop-container"
  /** SIGKILL. */
  | "kill-container"
  | "delete-container";

export type StepKind = Step["kind"];

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
