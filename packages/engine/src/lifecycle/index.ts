export { applyOutcome } from "./apply-outcome.ts";
export { createTask } from "./create-task.ts";
export { dependenciesOf, unresolvableDependencies } from "./dependencies.ts";
export { dueAt } from "./due-at.ts";
export { nextSteps } from "./next-steps.ts";
export type { FoundState, Outcome, StepResult } from "./outcome.ts";
export { statusOf } from "./status-of.ts";
export { type Step, type StepKind, type StepOf, stepKey } from "./step.ts";
export { type ContainerState, isOver, type Task } from "./task.ts";
