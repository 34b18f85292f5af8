import type { Workload } from "@fleetless/kernel";
import { RuntimeError } from "../runtime/contract.ts";
import { imageOrigin } from "./image-origin.ts";
import { noWayToRegistry } from "./refusals.ts";
import type { TaskWays } from "./task-ways.ts";

/** Whether the task has a way to the registry, which is not ours, that the image is in. Throws RuntimeError where not. */
export const reachRegistry = async (ways: TaskWays, workload: Workload, image: string): Promise<void> => {
  // ECR's own ways are asked for with the login; one of another account's is as good as any registry.
  const origin = imageOrigin(image, { registryPort: 0, region: "" });
  if (origin.kind !== "registry") return;
  const way = await ways.toHost(workload, origin.host, origin.port);
  if (way.kind === "refused") throw new RuntimeError("CannotPullContainerError", noWayToRegistry(image, way.because));
};
