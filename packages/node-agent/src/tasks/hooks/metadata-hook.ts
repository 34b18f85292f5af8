import { isOver } from "@fleetless/engine";
import type { WorkloadStatus } from "@fleetless/kernel";
import { type HookPorts, type HookTask, workloadIdOf } from "./hook.ts";

/** Tells the metadata endpoint what is known of the task now; from its end on the endpoint knows it no more. */
export const showMetadata = (target: HookTask, status: WorkloadStatus, ports: HookPorts): void => {
  if (isOver(target.task)) {
    ports.metadata.forget(workloadIdOf(target));
    return;
  }
  const { attached, images } = target.equipment;
  if (attached === undefined) return;
  ports.metadata.update({ workload: target.task.workload, status, attached, images: new Map(Object.entries(images)) });
};
