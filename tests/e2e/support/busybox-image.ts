import { withBusyboxImage } from "../../../scripts/quickstart/busybox-image.ts";
import type { FleetlessInstance } from "./instance.ts";

export const busyboxReference = "fleetless.test/busybox:1";

/** Brings an image with the machine's static busybox into an instance. */
export const importBusybox = async (instance: FleetlessInstance): Promise<void> => {
  await withBusyboxImage(busyboxReference, "hello\n", (layout) => instance.json("image", "import", layout));
};
