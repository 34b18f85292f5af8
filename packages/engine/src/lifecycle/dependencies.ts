import type { ContainerSpec, DependencyCondition } from "@fleetless/kernel";
import type { ContainerState, Task } from "./task.ts";

export interface Dependency {
  readonly containerName: string;
  readonly condition: DependencyCondition;
}

/** dependsOn, and START for each container whose volumes are mounted. */
export const dependenciesOf = (container: ContainerSpec): readonly Dependency[] => {
  const named = new Set(container.dependsOn.map((dependency) => dependency.containerName));
  const implied = container.volumesFrom
    .filter((source) => !named.has(source.sourceContainer))
    .map((source): Dependency => ({ containerName: source.sourceContainer, condition: "START" }));
  return [...container.dependsOn, ...implied];
};

export const specOf = (task: Task, name: string): ContainerSpec | undefined =>
  task.workload.containers.find((container) => container.name === name);

export const stateOf = (task: Task, name: string): ContainerState | undefined =>
  task.containers.find((container) => container.name === name);

export type ConditionState = "met" | "unmet" | "impossible";

/** Whether a container has reached what its dependent waits for, or can never reach it. */
export const conditionState = (dependency: ContainerState, condition: DependencyCondition): ConditionState => {
  const ended = dependency.stage === "ended";
  const started = dependency.firstStartedAt !== undefined;
  switch (condition) {
    case "START":
      return started ? "met" : ended ? "impossible" : "unmet";
    case "COMPLETE":
      return ended ? (started ? "met" : "impossible") : "unmet";
    case "SUCCESS":
      if (!ended) return "unmet";
      return started && dependency.exitCode === 0 ? "met" : "impossible";
    case "HEALTHY":
      if (ended) return "impossible";
      return dependency.health.status === "HEALTHY" ? "met" : "unmet";
  }
};

export const dependenciesMet = (task: Task, container: ContainerSpec): boolean =>
  dependenciesOf(container).every(({ containerName, condition }) => {
    const state = stateOf(task, containerName);
    return state !== undefined && conditionState(state, condition) === "met";
  });

/** The names of containers that wait for each other in a circle or for one that is not there; empty where all is well. */
export const unresolvableDependencies = (containers: readonly ContainerSpec[]): readonly string[] => {
  const resolved = new Set<string>();
  let remaining = containers;
  while (remaining.length > 0) {
    const next = remaining.filter((container) =>
      dependenciesOf(container).every((dependency) => resolved.has(dependency.containerName)),
    );
    if (next.length === 0) return remaining.map((container) => container.name);
    for (const container of next) resolved.add(container.name);
    remaining = remaining.filter((container) => !resolved.has(container.name));
  }
  return [];
};
