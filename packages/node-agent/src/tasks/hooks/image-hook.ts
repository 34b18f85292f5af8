import { containerSpec, type Hook } from "./hook.ts";

export const prepareImage: Hook<"prepare-image"> = async (step, target, ports, signal) => {
  const image = await ports.runtime.prepareImage(containerSpec(target, step.container).image, signal);
  target.equip((equipment) => ({ ...equipment, images: { ...equipment.images, [step.container]: image } }));
  return [{ kind: "succeeded", step, digest: image.digest }];
};
