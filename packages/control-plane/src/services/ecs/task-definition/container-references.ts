import type { RegisterTaskDefinitionRequest } from "@aws-sdk/client-ecs";
import { containersOf, firstDuplicate, isEssential, type TaskDefinitionRule } from "./rule.ts";

const namesOf = (definition: RegisterTaskDefinitionRequest): readonly string[] =>
  containersOf(definition).map(({ name = "" }) => name);

const uniqueNames: TaskDefinitionRule = (definition) => {
  const twice = firstDuplicate(namesOf(definition));
  return twice === undefined ? undefined : `Container names must be unique, '${twice}' is used more than once.`;
};

const dependencies: TaskDefinitionRule = (definition) => {
  const byName = new Map(containersOf(definition).map((container) => [container.name, container]));
  for (const { name, dependsOn = [] } of containersOf(definition)) {
    for (const { containerName, condition } of dependsOn) {
      const dependency = byName.get(containerName);
      if (dependency === undefined) return `Cannot depend on container '${containerName}' because it does not exist`;
      if (containerName === name) return `Container '${name}' cannot depend on itself`;
      if ((condition === "SUCCESS" || condition === "COMPLETE") && isEssential(dependency)) {
        return "A dependency container with SUCCESS or COMPLETE condition cannot be an essential container";
      }
      if (condition === "HEALTHY" && dependency.healthCheck === undefined) {
        return "A dependency container with HEALTHY condition must have a health check configured";
      }
    }
  }
  return undefined;
};

/** Follows dependsOn from each container; one that is met again on its own way closes a circle. */
const acyclic: TaskDefinitionRule = (definition) => {
  const edges = new Map(
    containersOf(definition).map(({ name = "", dependsOn = [] }) => [
      name,
      dependsOn.map(({ containerName = "" }) => containerName),
    ]),
  );
  const finished = new Set<string>();
  const closesCircle = (name: string, way: readonly string[]): boolean => {
    if (way.includes(name)) return true;
    if (finished.has(name)) return false;
    const found = (edges.get(name) ?? []).some((next) => closesCircle(next, [...way, name]));
    finished.add(name);
    return found;
  };
  return namesOf(definition).some((name) => closesCircle(name, []))
    ? "The dependencies of the containers form a cycle"
    : undefined;
};

const volumes: TaskDefinitionRule = ({ volumes: declared = [] }) => {
  const wrong = declared.find(({ name }) => !/^[A-Za-z0-9_-]{1,255}$/.test(name ?? ""));
  if (wrong !== undefined) return "Volume.name contains invalid characters.";
  const twice = firstDuplicate(declared.map(({ name = "" }) => name));
  return twice === undefined ? undefined : `Volume names must be unique, '${twice}' is used more than once.`;
};

const mountPoints: TaskDefinitionRule = (definition) => {
  const declared = new Set((definition.volumes ?? []).map(({ name }) => name));
  for (const { name, mountPoints: points = [] } of containersOf(definition)) {
    for (const { sourceVolume, containerPath } of points) {
      if (!declared.has(sourceVolume)) return `Unknown volume '${sourceVolume ?? ""}'.`;
      if (!containerPath?.startsWith("/")) {
        return `Invalid setting for container '${name}'. The containerPath of a mount point must be an absolute path.`;
      }
    }
    const twice = firstDuplicate(points.map(({ containerPath = "" }) => containerPath));
    if (twice !== undefined) return `Duplicate mount point '${twice}' in container '${name}'.`;
  }
  return undefined;
};

const volumesFrom: TaskDefinitionRule = (definition) => {
  const names = new Set(namesOf(definition));
  for (const { name, volumesFrom: sources = [] } of containersOf(definition)) {
    for (const { sourceContainer = "" } of sources) {
      if (!names.has(sourceContainer))
        return `Container '${name}' takes volumes from the unknown container '${sourceContainer}'.`;
      if (sourceContainer === name) return `Container '${name}' cannot take volumes from itself.`;
    }
  }
  return undefined;
};

/** What containers and volumes say of each other. */
export const referenceRules: readonly TaskDefinitionRule[] = [
  uniqueNames,
  dependencies,
  acyclic,
  volumes,
  mountPoints,
  volumesFrom,
];
