import { type ImageAccess, messageOf } from "@fleetless/kernel";
import type { Dial, RegistryWay } from "../../runtime/contract.ts";
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

/** The image is looked for while the interface is attached; only a connection waits for it. */
const wayOf = async (target: HookTask, reference: string, ports: HookPorts): Promise<RegistryWay | undefined> => {
  const way = await ports.wayToRegistry(target.task.workload, reference);
  if (way === undefined) return undefined;
  const dial: Dial = async (destination, signal) => {
    ports.network.prepareToConnect(workloadIdOf(target));
    await target.until(({ network }) => network === "held", signal);
    return await way.dial(destination, signal);
  };
  return { ...way, dial };
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
      way: () => wayOf(target, reference, ports),
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
