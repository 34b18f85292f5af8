import type { ContainerDefinition, RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";

/** One thing that must hold of a task definition: what is wrong, in ECS's words where it has some, or nothing. */
export type TaskDefinitionRule = (definition: RegisterTaskDefinitionRequest) => string | undefined;

/** One thing that must hold of each container definition. */
export type ContainerRule = (
  container: ContainerDefinition,
  definition: RegisterTaskDefinitionRequest,
) => string | undefined;

export const containersOf = (definition: RegisterTaskDefinitionRequest): readonly ContainerDefinition[] =>
  definition.containerDefinitions ?? [];

/** ECS takes a container for essential unless it is told otherwise. */
export const isEssential = (container: ContainerDefinition): boolean => container.essential ?? true;

export const forEachContainer =
  (rule: ContainerRule): TaskDefinitionRule =>
  (definition) => {
    for (const container of containersOf(definition)) {
      const problem = rule(container, definition);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };

/** What the first broken rule says. */
export const firstProblem = (
  rules: readonly TaskDefinitionRule[],
  definition: RegisterTaskDefinitionRequest,
): string | undefined => {
  for (const rule of rules) {
    const problem = rule(definition);
    if (problem !== undefined) return problem;
  }
  return undefined;
};

export const outside = (value: number | undefined, minimum: number, maximum: number): boolean =>
  value !== undefined && (!Number.isInteger(value) || value < minimum || value > maximum);

/** Whether a list names something twice. */
export const firstDuplicate = (names: readonly string[]): string | undefined =>
  names.find((name, index) => names.indexOf(name) !== index);
