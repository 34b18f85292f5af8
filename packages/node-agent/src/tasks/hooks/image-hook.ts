import { PullMeter } from "../../runtime/images/pull-meter.ts";
import { containerSpec, type Hook } from "./hook.ts";

/** Between two words about a pull that is under way, in milliseconds. */
const tellMilliseconds = 250;

export const prepareImage: Hook<"prepare-image"> = async (step, target, ports, signal) => {
  const { container } = step;
  const meter = new PullMeter();
  let telling: NodeJS.Timeout | undefined;
  const tell = (): void => {
    telling = undefined;
    target.apply({ kind: "pulling", container, ...meter.measure });
  };
  try {
    const image = await ports.runtime.prepareImage(containerSpec(target, container).image, signal, {
      onProgress: (layer) => {
        meter.add(layer);
        telling ??= setTimeout(tell, tellMilliseconds);
      },
    });
    target.equip((equipment) => ({ ...equipment, images: { ...equipment.images, [container]: image } }));
    return [{ kind: "succeeded", step, digest: image.digest }];
  } finally {
    clearTimeout(telling);
  }
};
