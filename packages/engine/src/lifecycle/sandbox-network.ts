import type { ContainerSpec, Workload } from "@fleetless/kernel";
import type { Task } from "./task.ts";

/** A task's only container, where the sandbox can live and die with it: it is never started again. */
export const soleContainerOf = (workload: Workload): ContainerSpec | undefined => {
  const [only, ...others] = workload.containers;
  return others.length === 0 && only?.restartPolicy === undefined ? only : undefined;
};

/**
 * Whether the network interface must be complete before there is a sandbox, and not just before a process runs.
 * gVisor takes the interface over as its sandbox starts, which is before the first of several containers, or where
 * a terminal is made.
 */
export const sandboxTakesNetwork = ({ isolation, workload }: Task): boolean => {
  const sole = soleContainerOf(workload);
  return isolation === "gvisor" && (sole === undefined || sole.pseudoTerminal);
};
