import { type ImageAccess, messageOf } from "@fleetless/kernel";
import { PullMeter } from "../../runtime/images/pull-meter.ts";
import { readSecrets } from "./container-secrets.ts";
import { containerSpec, type Hook, type HookPorts, type HookTask, StepFailure, workloadIdOf } from "./hook.ts";

const accessTo = async (target: HookTask, container: string, ports: HookPorts): Promise<ImageAccess> => {
  const result = await ports.imageAccess(workloadIdOf(target), container).catch((thrown: unknown) => {
    throw new StepFailure(`CannotPullContainerError: ${messageOf(thrown)}`, true);
  });
  if (result.ok) return result.value;
  const { code, message, retryable } = result.refusal;
  throw new StepFailure(`${code}: ${message}`, retryable);
};

/** Between two words about a pull that is under way, in milliseconds. */
const tellMilliseconds = 250;

export const prepareImage: Hook<"prepare-image"> = async (step, target, ports, signal) => {
  const { container } = step;
  // As on Fargate, a task whose secrets it may not read fails before anything is pulled for it.
  await readSecrets(target, container, ports);
  const access = await accessTo(target, container, ports);
  const meter = new PullMeter();
  let telling: NodeJS.Timeout | undefined;
  const tell = (): void => {
    telling = undefined;
    target.apply({ kind: "pulling", container, ...meter.measure });
  };
  try {
    const reference = containerSpec(target, container).image;
    const image = await ports.runtime.prepareImage(reference, signal, {
      access,
      reach: () => ports.reachRegistry(target.task.workload, reference),
      onProgress: (layer) => {
        meter.add(layer);
        telling ??= setTimeout(tell, tellMilliseconds);
      },
    });
    target.equip((equipment) => ({ ...equipment, images: { ...equipment.images, [container]: image } }));
    return [{ kind: "succeeded", step, digest: image.digest, bytes: meter.fetched }];
  } finally {
    clearTimeout(telling);
  }
};
