import type { Workload } from "@fleetless/kernel";
import type { Step, StepKind } from "../step.ts";
import { SimulatedNode } from "./simulated-node.ts";

/** The step of that kind, and container, that is under way. */
export const underWay = (node: SimulatedNode, kind: StepKind, container?: string): Step => {
  const found = [...node.inFlight.values()].find(
    (step) => step.kind === kind && (container === undefined || ("container" in step && step.container === container)),
  );
  if (found === undefined) throw new Error(`${kind} ${container ?? ""} is not under way: ${[...node.inFlight.keys()]}`);
  return found;
};

/** A node on which every launch step has succeeded as far as the task goes by itself. */
export const launched = (workload: Workload): SimulatedNode => {
  const node = new SimulatedNode(workload);
  const isLaunch = (step: Step): boolean => step.kind !== "check-health";
  for (;;) {
    const step = [...node.inFlight.values()].find(isLaunch);
    if (step === undefined) return node;
    node.succeed(step);
  }
};

export const stepsUnderWay = (node: SimulatedNode): readonly string[] => [...node.inFlight.keys()].sort();
