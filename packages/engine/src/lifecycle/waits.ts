import type { Wait } from "@fleetless/kernel";
import { conditionState, dependenciesOf, stateOf } from "./dependencies.ts";
import type { Task } from "./task.ts";

/** What keeps a task from RUNNING now, as far as it may take long: images on their way, containers that wait for others. */
export const waitsOf = (task: Task): readonly Wait[] => {
  if (task.stop !== undefined || (task.phase !== "PROVISIONING" && task.phase !== "PENDING")) return [];
  return task.workload.containers.flatMap((container): readonly Wait[] => {
    const state = stateOf(task, container.name);
    if (state === undefined || state.stage === "ended") return [];
    const { name, image } = container;
    if (state.imageDigest === undefined)
      return state.pull === undefined ? [] : [{ kind: "image", container: name, image, ...state.pull }];
    if (state.stage !== "created" || state.firstStartedAt !== undefined) return [];
    return dependenciesOf(container).flatMap(({ containerName, condition }) => {
      const dependency = stateOf(task, containerName);
      const isMet = dependency !== undefined && conditionState(dependency, condition) === "met";
      return isMet ? [] : [{ kind: "container" as const, container: name, dependsOn: containerName, condition }];
    });
  });
};
