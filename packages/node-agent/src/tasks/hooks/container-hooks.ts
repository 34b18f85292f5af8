import { readSecrets } from "./container-secrets.ts";
import { containerKey, containerSpec, type Hook, workloadIdOf } from "./hook.ts";

export const createContainer: Hook<"create-container"> = async (step, target, ports, signal) => {
  const { workload } = target.task;
  const image = target.equipment.images[step.container];
  if (image === undefined) throw new Error(`the image of container ${step.container} is not ready`);
  const secrets = await readSecrets(target, step.container, ports);
  const { runtimeId } = await ports.runtime.createContainer(
    {
      workload,
      container: containerSpec(target, step.container),
      image,
      attempt: step.attempt,
      injectedEnvironment: { ...ports.environment, ...ports.metadata.environment(workload, step.container) },
      ...(secrets === undefined ? {} : { secrets }),
    },
    signal,
  );
  return [{ kind: "succeeded", step, runtimeId }];
};

export const startContainer: Hook<"start-container"> = async (step, target, ports, signal) => {
  const { startedAt } = await ports.runtime.startContainer(containerKey(target, step.container), signal);
  return [{ kind: "succeeded", step, startedAt }];
};

/** For a restart. The exit of the attempt before is in the journal for good first. */
export const deleteContainer: Hook<"delete-container"> = async (step, target, ports) => {
  await ports.flushJournal();
  await ports.runtime.deleteContainer({ workloadId: workloadIdOf(target), name: step.container });
  return [{ kind: "succeeded", step }];
};
